"""A reason is words that a reviewer can weigh."""

SHORTEST = 10
# Letters, and how many different ones: "asdf asdf" and ".........." say nothing.
_LETTERS, _DIFFERENT = 8, 5


def says_something(reason: str) -> bool:
    letters = [sign.casefold() for sign in reason if sign.isalpha()]
    return len(reason.strip()) >= SHORTEST and len(letters) >= _LETTERS and len(set(letters)) >= _DIFFERENT
