"""Protected people: a reason before each look, two people before an address (docs/threat-model.md)."""
