"""Retention (gallring) and the data subject's extract (registerutdrag). See docs/retention.md."""
