"""Load on the citizens' side: people who choose, all at once (``make bench-web``)."""
