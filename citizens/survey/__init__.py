"""The yearly survey: with the code of the letter, or signed in."""
