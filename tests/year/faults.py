"""Deliberate faults, put into services, SQL, letters and templates, that a year has to find.

``python -m tests.year.faults`` puts in each of them in turn.
"""

import datetime
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from django.template import engines
from django_cotton.cotton_loader import Loader as CottonLoader

from allocation.facts import statements
from tests.year.telling import attempt

_DAY = datetime.timedelta(days=1)
_ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def _sql(file: str, name: str, right: str, wrong: str) -> Iterator[None]:
    """In a relation or statement of the facts ``right`` is written ``wrong``."""
    true_parts = statements._parts

    def parts(path: Path) -> dict[str, str]:
        found = true_parts(path)
        if path.name == file and name in found:
            assert right in found[name], f"{right} is not in {name}"
            found[name] = found[name].replace(right, wrong)
        return found

    statements._whole.cache_clear()
    with patch.object(statements, "_parts", parts):
        yield
    statements._whole.cache_clear()


@contextmanager
def _template(name: str, right: str, wrong: str) -> Iterator[None]:
    text = (_ROOT / "templates" / name).read_text("utf-8")
    assert right in text, f"{right} is not in {name}"
    engine = engines["django"].engine
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.parent.mkdir(parents=True)
        path.write_text(text.replace(right, wrong), "utf-8")
        with patch.object(engine, "dirs", [folder, *engine.dirs]):
            _forget_templates()
            yield
    _forget_templates()


def _forget_templates() -> None:
    # The loader keeps its folders.
    CottonLoader.get_dirs.cache_clear()
    for loader in engines["django"].engine.template_loaders:
        loader.reset()


def _declined_still_queue() -> ExitStack:
    return _all(_sql("relations.sql", "wished", "AND NOT h.leaves_queues", ""))


def _offers_take_no_room() -> ExitStack:
    return _all(_sql("statements.sql", "load", "FROM offered GROUP BY", "FROM offered WHERE false GROUP BY"))


def _queue_by_person() -> ExitStack:
    return _all(_sql("statements.sql", "queue_sizes", "count(*)::int, sum", "count(DISTINCT w.unit)::int, sum"))


def _places_end_with_the_decision() -> ExitStack:
    return _all(patch("allocation.nightly.endings.KEEP_AFTER_DECISION_DAYS", 0))


def _any_day_to_answer() -> ExitStack:
    return _all(patch("providers.notice.working_day_from", lambda day: day))


def _new_choice_new_date() -> ExitStack:
    def dates(*, before, ranking, received_on, closes_on):
        return dict.fromkeys(ranking, closes_on or received_on)

    return _all(patch("choices.services.queue_dates", dates))


def _moved_people_keep_theirs() -> ExitStack:
    return _all(patch("allocation.nightly.endings.end_in_other_areas", lambda run: 0))


def _letters_by_the_run_s_day() -> ExitStack:
    """A letter about an offer names the last day to answer as the first day of the place."""
    from letters.facts import waiting

    def offer(each):
        return true_offer(each) | {"starts_on": each.answer_by.isoformat()}

    true_offer = waiting._offer
    return _all(patch.object(waiting, "_offer", offer))


def _nobody_is_told_of_a_new_provider() -> ExitStack:
    return _all(patch("letters.services.create.decision_drafts", lambda **_: iter(())))


def _free_is_the_ceiling() -> ExitStack:
    return _all(_template("desk/queues.html", "room.minutes.free|hours", "room.ceiling_minutes|hours"))


def _own_page_says_yesterday() -> ExitStack:
    return _all(_template("citizens/account/_next.html", "mine.then.valid_from|date", "mine.then.registered_at|date"))


def _queue_page_forgets_the_offered() -> ExitStack:
    return _all(_template("desk/queue.html", "page.room.load.offered.minutes", "page.room.load.used.minutes"))


def _all(*parts) -> ExitStack:
    stack = ExitStack()
    for part in parts:
        stack.enter_context(part)
    return stack


FAULTS: dict[str, Callable[[], ExitStack]] = {
    function.__name__.strip("_"): function
    for function in (
        _declined_still_queue,
        _offers_take_no_room,
        _queue_by_person,
        _places_end_with_the_decision,
        _any_day_to_answer,
        _new_choice_new_date,
        _moved_people_keep_theirs,
        _letters_by_the_run_s_day,
        _nobody_is_told_of_a_new_provider,
        _free_is_the_ceiling,
        _own_page_says_yesterday,
        _queue_page_forgets_the_offered,
    )
}


def what_is_found(name: str, *, seeds: tuple[int, ...] = (1, 2, 3), people: int = 80, days: int = 40) -> str:
    """The kind of the contradiction that a fault leads to; empty: it is not found."""
    with FAULTS[name]():
        for seed in seeds:
            _year, found = attempt(seed=seed, people=people, days=days, offers=True)
            if found is not None:
                return found.kind
    return ""


def main() -> None:
    missed = 0
    for name in FAULTS:
        found = what_is_found(name)
        missed += not found
        print(f"{name:40} {found or 'NOT FOUND'}", flush=True)
    sys.exit(1 if missed else 0)
