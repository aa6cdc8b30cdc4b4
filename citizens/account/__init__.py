"""A citizen's own pages after the choice: home, queue place, letters, offers."""
