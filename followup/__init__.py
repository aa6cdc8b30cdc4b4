"""Follow-up of providers on trust: performed time, continuity, complaints, departures, control, IVO's list."""
