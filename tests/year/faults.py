"""Deliberate faults, put into services, SQL, letters and templates, that a year has to find.

``make year ARGS=--faults`` puts in each of them in turn.
"""

import datetime
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from django.template import engines
from django_cotton.cotton_loader import Loader as CottonLoader

from allocation.facts import statements
from choices.models.choice import ChoiceQuerySet
from letters.content.blocks import LetterText
from letters.facts import waiting
from tests.year.compare import Looks
from tests.year.telling import attempt

_DAY = datetime.timedelta(days=1)
_ROOT = Path(__file__).resolve().parents[2]
KINDS = ("service", "sql", "letter", "template")
Opened = AbstractContextManager[object]


@dataclass(frozen=True)
class Fault:
    """``kind``: where it is put in; ``opened``: a context in which it is there."""

    kind: str
    opened: Callable[[], Opened]


@contextmanager
def _sql(file: str, name: str, right: str, wrong: str) -> Iterator[None]:
    """In a relation or statement of the facts ``right`` is written ``wrong``."""
    true_parts = statements._parts
    assert right in true_parts(statements._HERE / file)[name], f"{right} is not in {name}"

    def parts(path: Path) -> dict[str, str]:
        found = true_parts(path)
        if path.name == file and name in found:
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


def _new_choice_new_date() -> Opened:
    def dates(*, before, ranking, received_on, closes_on):
        return dict.fromkeys(ranking, closes_on or received_on)

    return patch("choices.services.queue_dates", dates)


def _offer_with_another_first_day() -> Opened:
    """A letter about an offer names the last day to answer as the first day of the place."""
    true_offer = waiting._offer

    def offer(each):
        return true_offer(each) | {"starts_on": each.answer_by.isoformat()}

    return patch.object(waiting, "_offer", offer)


def _text_with_another_first_day() -> Opened:
    """The facts of the letter are true, and its words are not."""
    true_dates = LetterText.put_dates

    def put_dates(words, **dates):
        moved = {"start": dates["decided_on"]} if dates.get("start") and dates.get("decided_on") else {}
        true_dates(words, **dates | moved)

    return patch.object(LetterText, "put_dates", put_dates)


def _corrected_choices_still_stand() -> Opened:
    return patch.object(ChoiceQuerySet, "known_at", lambda choices, moment: choices.filter(registered_at__lte=moment))


FAULTS: dict[str, Fault] = {
    "places_end_with_the_decision": Fault(
        "service", lambda: patch("allocation.nightly.endings.KEEP_AFTER_DECISION_DAYS", 0)
    ),
    "any_day_to_answer": Fault("service", lambda: patch("providers.notice.working_day_from", lambda day: day)),
    "new_choice_new_date": Fault("service", _new_choice_new_date),
    "moved_people_keep_theirs": Fault(
        "service", lambda: patch("allocation.nightly.endings.end_in_other_areas", lambda run: 0)
    ),
    "households_are_not_asked": Fault(
        "service", lambda: patch("allocation.services.wishes.ask_household", _asks_nobody)
    ),
    "absences_are_paid_in_full": Fault("service", lambda: patch("reimbursement.snapshot._absences", lambda people: [])),
    "orders_are_never_late": Fault("service", lambda: patch("handover.derive.receive_by", lambda *, day, **_: day)),
    "undone_exit_keeps_the_contract_ended": Fault(
        "service", lambda: patch("allocation.services.undo_exit.continue_contract", lambda **_: None)
    ),
    "places_at_a_leaving_provider_still_begin": Fault(
        "service", lambda: patch("allocation.services.exits.resume_before", lambda **_: [])
    ),
    "offered_people_have_moved": Fault(
        "service",
        lambda: patch(
            "allocation.services.figures.moves", lambda *, before, provider, act: before not in (None, provider)
        ),
    ),
    "declined_still_queue": Fault("sql", lambda: _sql("relations.sql", "wished", "AND NOT h.leaves_queues", "")),
    "offers_take_no_room": Fault(
        "sql",
        lambda: _sql("relations.sql", "load", "JOIN living p ON p.person_id = o.person_id", "JOIN living p ON false"),
    ),
    "ended_wishes_still_count": Fault("sql", lambda: _sql("relations.sql", "listed", "WHERE m.person_id IS NULL", "")),
    "queue_by_household": Fault(
        "sql",
        lambda: _sql(
            "relations.sql", "queue_count", "count(*)::int AS persons", "count(DISTINCT w.unit)::int AS persons"
        ),
    ),
    "offer_with_another_first_day": Fault("letter", _offer_with_another_first_day),
    "text_with_another_first_day": Fault("letter", _text_with_another_first_day),
    "nobody_is_told_of_a_new_provider": Fault(
        "letter", lambda: patch("letters.services.create.decision_drafts", lambda **_: iter(()))
    ),
    "corrected_choices_still_stand": Fault("letter", _corrected_choices_still_stand),
    "free_is_the_ceiling": Fault(
        "template", lambda: _template("desk/queues.html", "room.minutes.free|hours", "room.ceiling_minutes|hours")
    ),
    "next_provider_from_the_day_of_the_decision": Fault(
        "template",
        lambda: _template("citizens/account/_next.html", "mine.then.valid_from|date", "mine.then.registered_at|date"),
    ),
    "queue_page_without_what_is_offered": Fault(
        "template",
        lambda: _template("desk/queue.html", "page.room.load.offered.minutes", "page.room.load.used.minutes"),
    ),
}


def _asks_nobody(**_: object) -> int:
    return 0


def put_in(name: str) -> Opened:
    return FAULTS[name].opened()


def what_is_found(
    name: str,
    *,
    seeds: tuple[int, ...] = (1, 2, 3),
    people: int = 60,
    days: int = 40,
    looks: Looks = Looks(),  # noqa: B008
) -> str:
    """The kind of the contradiction that a fault leads to; empty: it is not found."""
    with put_in(name):
        for seed in seeds:
            _year, found = attempt(seed=seed, people=people, days=days, offers=True, looks=looks)
            if found is not None:
                return found.kind
    return ""


def main() -> None:
    missed = 0
    for name, fault in FAULTS.items():
        found = what_is_found(name)
        missed += not found
        print(f"{fault.kind:9} {name:45} {found or 'NOT FOUND'}", flush=True)
    sys.exit(1 if missed else 0)
