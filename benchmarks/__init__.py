"""Benchmarks: ``make bench``. Each part is also given as a ratio to a baseline measured in the same run."""
