"""The doors: how citizens sign in, and for whom."""
