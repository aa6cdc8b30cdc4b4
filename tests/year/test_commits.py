"""A year that commits: nights killed with signal 9, two workers, two answers and two officers at once."""

import pytest

from tests.long_form import LONG
from tests.year.compare import Looks
from tests.year.log import Contradiction
from tests.year.year import Year

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_year_of_kills_and_races_is_without_contradiction(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    days, people = (20, 60) if LONG else (6, 24)
    year = Year(seed=7, people=people, days=days, commits=True, looks=Looks(nights=3, touched=1, part=0))
    try:
        year.run()
    except Contradiction as found:
        pytest.fail(f"{found}\n" + "\n".join(str(event) for event in year.events if event.id))
    assert year.book.checked["a try of a killed night is counted"]
    assert year.book.checked["two nights at once"]
    assert year.book.checked["two answers at once"]
