"""Protected people: a reason before each look, two people before an address. See docs/adr/0012."""
