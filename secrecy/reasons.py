"""Validation of reasons: text that a reviewer can judge."""

SHORTEST = 10
# Minimum letters, and distinct letters: "asdf asdf" and ".........." are refused.
_LETTERS, _DIFFERENT = 8, 5


def says_something(reason: str) -> bool:
    letters = [sign.casefold() for sign in reason if sign.isalpha()]
    return len(reason.strip()) >= SHORTEST and len(letters) >= _LETTERS and len(set(letters)) >= _DIFFERENT
