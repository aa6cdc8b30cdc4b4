"""Faults at random moments: after each, all is as if nothing had happened. `make torture`; shortened in the suite."""
