"""The gate at every way out: actor, people concerned, purpose (docs/adr/0024). It knows no models."""
