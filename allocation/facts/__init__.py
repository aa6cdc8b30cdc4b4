"""Facts, defined once: placements, choices, queues, room.

The engine's snapshot, queues, public pages, figures, quotas, exits and letters all query here. ``relations`` holds the
definitions as SQL; the other modules query them. Only cached results are written (``tally``).
"""
