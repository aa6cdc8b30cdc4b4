"""Periodic review of the access log (lag 2001:454, 10 §: systematic follow-up of access)."""
