"""Speed, measured: ``make bench``. Each part is also given as a ratio to a baseline taken in the same run."""
