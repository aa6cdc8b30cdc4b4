"""What is so, defined once: who has whom, what is chosen, who waits where, how much room there is.

The engine's snapshot, queues, the public answer, figures, quotas, exits, pages and letters all ask here.
``relations`` holds the definitions as SQL; the other modules ask for them. Nothing is written here but
results that can be computed again (``tally``).
"""
