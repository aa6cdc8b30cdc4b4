"""Checks of an outcome from the rules alone, independent of the engine's code."""
