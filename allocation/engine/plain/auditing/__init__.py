"""Checks of an outcome, from the rules alone: nothing here uses the code that computes outcomes."""
