"""A backup of one moment, and its restore (docs/adr/0047)."""
