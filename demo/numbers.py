"""Identity numbers that belong to nobody: birth numbers 980–999, the tax agency's test series."""

import datetime
from collections import defaultdict
from random import Random

_LETTERS = "ABCEFHKMTX"


class TestNumbers:
    """Gives each number once. Birth numbers are odd for men and even for women."""

    __test__ = False  # not a pytest class

    def __init__(self, random: Random) -> None:
        self.handed_out = 0
        self._handed_out: defaultdict[tuple[datetime.date, bool, int], int] = defaultdict(int)
        # The start among a day's ten numbers varies, so that their endings differ.
        self._start = random.randrange(10)

    def personal(self, born: datetime.date, *, woman: bool) -> str:
        return self._number(born, woman=woman, plus_day=0)

    def coordination(self, born: datetime.date, *, woman: bool) -> str:
        return self._number(born, woman=woman, plus_day=60)

    def reserve(self, born: datetime.date) -> str:
        """Reservnummer: contains a letter, has no check digit."""
        self.handed_out += 1
        count = self._handed_out[(born, True, -1)]
        self._handed_out[(born, True, -1)] += 1
        return f"{born:%Y%m%d}98{_LETTERS[count // 10 % len(_LETTERS)]}{count % 10}"

    def _number(self, born: datetime.date, *, woman: bool, plus_day: int) -> str:
        day = born
        while (used := self._handed_out[(day, woman, plus_day)]) == 10:
            # All ten of that day are used: take a neighbouring day, as the tax agency does.
            day += datetime.timedelta(days=1)
        self._handed_out[(day, woman, plus_day)] += 1
        self.handed_out += 1
        birth_number = 980 + (self._start + used) % 10 * 2 + (0 if woman else 1)
        stem = f"{day:%Y%m}{day.day + plus_day:02d}{birth_number}"
        return stem + _check_digit(stem[2:])


def _check_digit(nine: str) -> str:
    """Luhn, as Skatteverket describes it (SKV 704)."""
    total = 0
    for place, digit in enumerate(nine):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product // 10 + product % 10
    return str(-total % 10)
