"""The citizen's choice: one question per page, saved at each step, sent once, confirmed."""
