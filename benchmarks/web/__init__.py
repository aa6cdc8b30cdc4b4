"""Load test of the citizens' pages: many people choose at once (``make bench-web``)."""
