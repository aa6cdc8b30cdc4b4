"""Orders to the provider that receives a client, and notices to the one that leaves (docs/adr/0043)."""
