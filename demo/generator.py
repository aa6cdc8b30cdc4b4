"""A realistic municipality as files, exactly as a care system and a scanning bureau would deliver them."""

import csv
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from demo.care import HOME_CARE, Decision, make_decisions
from demo.mandates import Holder, make_mandates
from demo.people import Person, make_people
from demo.wishes import MUNICIPAL, Answer, is_new, make_answers

START = datetime.date(2021, 1, 1)
FIRST_CONTRACT = datetime.date(2016, 1, 1)
LATE_START, MONTH = datetime.date(2020, 10, 12), datetime.timedelta(days=31)
# Kind of file → file name, in order of import.
FILES = {
    "persons": "personer.csv",
    "decisions": "beslut.csv",
    "placements": "utforare.csv",
    "mandates": "stallforetradare.csv",
    "choices": "val.csv",
}


@dataclass(frozen=True)
class Town:
    people: list[Person]
    decisions: list[Decision]
    holders: list[Holder]
    answers: list[Answer]

    def minutes_by_area(self) -> dict[str, int]:
        """Minutes a month that follow the choice when the round starts, by area."""
        minutes: dict[str, int] = {}
        for decision in self.decisions:
            holds = decision.last_day is None or decision.last_day >= START
            if decision.service == HOME_CARE and holds and not decision.person.deceased_on:
                area = decision.person.home.area
                minutes[area] = minutes.get(area, 0) + decision.minutes
        return minutes


def make_town(*, people: int, seed: int) -> Town:
    """Deterministic: the same size and seed give the same municipality on any machine."""

    # A random stream per part: the number of people does not affect the first draws of a part.
    def stream(part: str) -> Random:
        return Random(f"{seed}/{part}")

    found = make_people(people, stream("people"))
    return Town(
        people=found,
        decisions=make_decisions(found, stream("care")),
        holders=make_mandates(found, stream("mandates")),
        answers=make_answers(found, stream("answers")),
    )


def write_files(town: Town, folder: Path) -> dict[str, Path]:
    """Write the five files; returns their paths by kind."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "persons": _persons(town.people),
        "decisions": _decisions(town.decisions),
        "placements": _placements(town),
        "mandates": _mandates(town.holders),
        "choices": _choices(town.answers),
    }
    paths = {kind: folder / FILES[kind] for kind in FILES}
    for kind, path in paths.items():
        # With a BOM, as Excel writes it, but Unix line ends.
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";", lineterminator="\n").writerows(tables[kind])
    return paths


Rows = Iterable[Sequence[object]]


def _yes(value: bool) -> str:
    return "ja" if value else "nej"


def _persons(people: list[Person]) -> Rows:
    yield (
        "personnummer", "förnamn", "efternamn", "språk", "område", "c/o", "gatuadress", "postnummer", "postort",
        "post c/o", "post gatuadress", "post postnummer", "post postort", "post land", "telefon", "sekretessmarkering",
        "skyddad folkbokföring", "avliden", "hushåll",
    )  # fmt: skip
    for p in people:
        address = ("", "", "") if p.protected else (p.home.street, p.home.postal_code, p.home.town)
        yield (
            p.number, p.given_name, p.family_name, p.language, p.home.area, p.care_of, *address, *p.mail, p.phone,
            _yes(p.confidential), _yes(p.protected), p.deceased_on or "", p.household,
        )  # fmt: skip


def _decisions(decisions: list[Decision]) -> Rows:
    yield "personnummer", "beslut", "insats", "minuter per månad", "beslutsdatum", "från", "till och med"
    for d in decisions:
        yield d.person.number, d.reference, d.service, d.minutes, d.decided_on, d.valid_from, d.last_day or ""


def _placements(town: Town) -> Rows:
    """Placements with the municipality, which served everybody until 2021. The newest people have no provider yet, and
    some got one more than three months after the decision.
    """
    yield "personnummer", "utförare", "från"
    since: dict[str, datetime.date] = {}
    for decision in town.decisions:
        number = decision.person.number
        since[number] = min(since.get(number, decision.valid_from), decision.valid_from)
    for place, person in enumerate(town.people):
        if not is_new(place):
            late = place % 150 == 7 and since[person.number] < LATE_START - 5 * MONTH
            yield person.number, MUNICIPAL, LATE_START if late else max(since[person.number], FIRST_CONTRACT)


def _mandates(holders: list[Holder]) -> Rows:
    yield (
        "personnummer", "slag", "omfattning", "gemensamt", "underlag", "från", "till och med",
        "företrädarens personnummer", "företrädarens namn", "företrädarens telefon", "företrädarens gatuadress",
        "företrädarens postnummer", "företrädarens postort",
    )  # fmt: skip
    for h in holders:
        yield (
            h.person.number, h.kind, h.scope, _yes(h.joint), h.evidence, h.valid_from, "", h.number, h.name, h.phone,
            h.home.street, h.home.postal_code, h.home.town,
        )  # fmt: skip


def _choices(answers: list[Answer]) -> Rows:
    yield (
        "personnummer", "valomgång", "kom in", "registrerad", "kanal", "val 1", "val 2", "val 3", "val 4", "val 5",
        "vill inte välja", "tillsammans", "vill köa", "tillfällig utförare",
    )  # fmt: skip
    for a in answers:
        ranking = (*a.ranking, "", "", "", "", "")[:5]
        yield (
            a.person.number, a.round, a.received_on, a.registered_on, a.channel, *ranking, _yes(a.declines),
            _yes(a.together), _yes(a.queue_if_full), _yes(a.accepts_interim),
        )  # fmt: skip
