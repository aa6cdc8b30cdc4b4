"""How staff sign in: by the municipality's provider, or with a local account for the day when that is down."""
