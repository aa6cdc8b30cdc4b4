"""Navet: the tax agency's distribution of population data, as files and as a web service."""
