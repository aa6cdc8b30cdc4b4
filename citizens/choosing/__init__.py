"""My choice: one question a page, saved at each step, sent once, confirmed."""
