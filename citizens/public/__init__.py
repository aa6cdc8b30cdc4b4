"""Public pages: comparison of providers, and the area of a postcode."""
