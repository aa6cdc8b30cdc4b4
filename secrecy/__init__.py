"""The secrecy gate: actor, people concerned, purpose (docs/adr/0024). It has no models."""
