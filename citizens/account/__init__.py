"""A citizen's own pages after the choice: what I have, where I stand, my letters, an offer to answer."""
