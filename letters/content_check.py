"""Content check before a batch is printed: every letter against the database, in bulk.

Reason: in Södertälje's mailing of 2025, hundreds of letters compared one provider of three and stated a wrong rule
for silence.
"""

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from allocation.models import OutcomeRow, Placement
from allocation.services.exits import clients_of
from choices.models import CareDecision
from common import clock
from letters import addressees
from letters.addressees import faults_by_letter
from letters.facts.choosing import comparison_facts
from letters.facts.common import current_providers
from letters.facts.decision import provider_before
from letters.models import Letter, LetterKind
from providers.models import Area


def faults_of(letters: Iterable[Letter]) -> list[tuple[str, str]]:
    """Pairs of reference and fault. ``letters`` come with person and cause; a choice with its wishes."""
    given = list(letters)
    found: list[tuple[str, str]] = []
    for kind in LetterKind:
        of_kind = [letter for letter in given if letter.kind == kind]
        check = _CHECKS.get(kind)
        if of_kind and check:
            found += check(of_kind)
    wrong = faults_by_letter(Letter.objects.filter(pk__in=[letter.pk for letter in given]))
    for letter in given:
        if why := wrong.get(letter.pk):
            found.append((letter.reference, _addressee(why)))
        if letter.facts["reference"] != letter.reference or letter.facts["kind"] != letter.kind:
            found.append((letter.reference, _("Brevets uppgifter hör till ett annat brev.")))
    return found


def _addressee(why: str) -> str:
    # The list is read by staff without the right to know of protection.
    if why in (addressees.DEAD, addressees.PROTECTED_SINCE):
        return _("Personen har avlidit eller har fått skyddade uppgifter.")
    return _(why)


def _invitations(letters: list[Letter]) -> list[tuple[str, str]]:
    areas = {area.code: area for area in Area.objects.all()}
    expected: dict[tuple[int | None, str], set[str]] = {}
    found = []
    for letter in letters:
        facts, round = letter.facts, letter.round
        if round is None:
            continue
        area = areas[facts["area"]]
        if area.pk != letter.person.area_id:
            found.append((letter.reference, _("Personen bor i ett annat område.")))
        key = (letter.round_id, area.code)
        if key not in expected:
            expected[key] = {card["code"] for card in comparison_facts(area, round, "sv")}
        if {card["code"] for card in facts["providers"]} != expected[key]:
            found.append((letter.reference, _("Jämförelsen har inte alla utförare i personens område.")))
        if facts["no_answer_rule"] != round.no_answer_rule:
            found.append((letter.reference, _("Brevet har en annan regel för den som inte väljer än valomgången.")))
        for name in ("opens_on", "closes_on", "starts_on"):
            if facts[name] != getattr(round, name).isoformat():
                found.append((letter.reference, _("Ett datum är inte valomgångens.")))
    return found


def _decisions(letters: list[Letter]) -> list[tuple[str, str]]:
    rows = {
        (row.run_id, row.person_id): row
        for row in OutcomeRow.objects.filter(
            run__in={letter.run_id for letter in letters if letter.run_id},
            person__in=[letter.person_id for letter in letters],
        ).select_related("provider", "provider_before")
    }
    starts = {letter.run.effective_date for letter in letters if letter.run}
    persons = [letter.person_id for letter in letters]
    had = {start: current_providers(persons, start - datetime.timedelta(days=1)) for start in starts}
    minutes = {start: _granted([letter.person_id for letter in letters], start) for start in starts}
    void = _void_placements(letters)
    found = []
    for letter in letters:
        if letter.placement_id in void or (letter.run_id, letter.person_id) in void:
            found.append((letter.reference, _("Placeringen gäller inte längre.")))
        if letter.run is None:
            continue
        facts, row = letter.facts, rows.get((letter.run.pk, letter.person_id))
        if row is None or letter.run.status != "applied":
            found.append((letter.reference, _("Fördelningen gäller inte längre.")))
            continue
        before = provider_before(row, had[letter.run.effective_date])
        if (facts["provider"]["name"], facts["before"]) != (row.provider.name, before):
            found.append((letter.reference, _("Brevet nämner en annan utförare än fördelningen.")))
        if facts["starts_on"] != letter.run.effective_date.isoformat():
            found.append((letter.reference, _("Startdatumet är inte fördelningens.")))
        if facts["minutes"] != minutes[letter.run.effective_date].get(letter.person_id, 0):
            found.append((letter.reference, _("Personen har fått ett nytt beslut om timmar.")))
        if letter.run.round and facts["no_answer_rule"] != letter.run.round.no_answer_rule:
            found.append((letter.reference, _("Brevet har en annan regel för den som inte väljer än valomgången.")))
    return found


def _void_placements(letters: list[Letter]) -> set[object]:
    """Placements that cover no day, of these letters: their ids, and run and person of those by a run."""
    void = Placement.objects.void().filter(person__in=[letter.person_id for letter in letters])
    rows = list(void.values_list("pk", "run_id", "person_id"))
    return {pk for pk, _run, _person in rows} | {(run, person) for _pk, run, person in rows if run}


def _offers(letters: list[Letter]) -> list[tuple[str, str]]:
    found = []
    for letter in letters:
        offer = letter.offer
        if offer is None:
            continue
        expected = "open" if letter.kind == LetterKind.OFFER else "expired"
        if offer.status != expected:
            found.append((letter.reference, _("Erbjudandet är besvarat eller återtaget.")))
        if (letter.facts["starts_on"], letter.facts["answer_by"]) != (str(offer.starts_on), str(offer.answer_by)):
            found.append((letter.reference, _("Ett datum är inte erbjudandets.")))
    return found


def _exits(letters: list[Letter]) -> list[tuple[str, str]]:
    found = [
        (letter.reference, _("Ett datum är inte avtalsupphörandets."))
        for letter in letters
        if letter.exit
        and (letter.facts["ends_on"], letter.facts["moved_by"]) != (str(letter.exit.ends_on), str(letter.exit.moved_by))
    ]
    for exit in {letter.exit for letter in letters if letter.exit}:
        left = set(clients_of(exit).values_list("pk", flat=True))
        found += [
            (letter.reference, _("Personen har redan en annan utförare."))
            for letter in letters
            if letter.exit == exit and letter.person_id not in left
        ]
    return found


def _receipts(letters: list[Letter]) -> list[tuple[str, str]]:
    found = []
    for letter in letters:
        if letter.choice is None:
            continue
        # Later amendments have a letter of their own.
        ended = letter.facts["choice"].get("ended", [])
        given = sorted(letter.choice.wishes.all(), key=lambda wish: wish.rank)
        wishes = [wish.provider.name for wish in given if wish.provider.name not in ended]
        if letter.facts["choice"]["ranking"] != wishes:
            found.append((letter.reference, _("Brevet har andra val än dem som är registrerade.")))
    return found


def _waiting(letters: list[Letter]) -> list[tuple[str, str]]:
    wished = {
        letter.pk: {wish.provider.name for wish in letter.choice.wishes.all()} for letter in letters if letter.choice
    }
    return [
        (letter.reference, _("Brevet nämner en kö som personen inte har valt."))
        for letter in letters
        if not {wish["provider"] for wish in letter.facts["unmet"]} <= wished.get(letter.pk, set())
    ]


def _new_starts(letters: list[Letter]) -> list[tuple[str, str]]:
    return [
        (letter.reference, _("Startdatumet är inte placeringens."))
        for letter in letters
        if letter.placement and letter.facts["starts_on"] != str(letter.placement.valid_from)
    ]


def _surveys(letters: list[Letter]) -> list[tuple[str, str]]:
    today = clock.today().isoformat()
    return [
        (letter.reference, _("Enkäten är slut. Den går inte att svara på."))
        for letter in letters
        if letter.facts["closes_on"] < today
    ]


def _granted(persons: list[int], day: datetime.date) -> dict[int, int]:
    """Granted minutes a month that follow the choice."""
    granted: dict[int, int] = {}
    decisions = CareDecision.objects.following_choice(day).filter(person__in=persons)
    for person, minutes in decisions.values_list("person_id", "minutes"):
        granted[person] = granted.get(person, 0) + minutes
    return granted


_CHECKS: dict[Any, Callable[[list[Letter]], list[tuple[str, str]]]] = {
    LetterKind.INVITATION: _invitations,
    LetterKind.REMINDER: _invitations,
    LetterKind.DECISION: _decisions,
    LetterKind.OFFER: _offers,
    LetterKind.EXPIRED: _offers,
    LetterKind.EXIT: _exits,
    LetterKind.RECEIPT: _receipts,
    LetterKind.QUEUE: _waiting,
    LetterKind.NEW_START: _new_starts,
    LetterKind.SURVEY: _surveys,
}
