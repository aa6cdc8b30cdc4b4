"""Navet: the tax agency's distribution of population data, by file and by web service."""
