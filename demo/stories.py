"""Events after the demo's round, for its sign-in: each happens once, however often it is asked for."""

import datetime
from contextlib import suppress
from random import Random

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from allocation.facts.days import day_of
from allocation.facts.queues import queue
from allocation.models import Offer, Placement
from allocation.services import offer_places
from choices import imports
from choices.mandate_services import add_mandate
from choices.models import CareDecision, ChoiceRound, Mandate, Person
from choices.services import create_round, freeze_round
from citizens.login.letter_codes import offer_codes
from common import clock
from demo import municipality
from demo.care import HOME_CARE, Decision
from demo.generator import START, Town, write_files
from demo.numbers import TestNumbers
from demo.people import Person as Resident
from letters.services import create_offer_letters
from providers.models import Area, Contract, Provider
from secrecy.protected import protected

BORN = datetime.date(1964, 3, 8)
# The area with a round of its own while the visitor looks around, and the one that nights work with meanwhile.
OPEN_AREA, NIGHT_AREA = "sodra", "norra"
OPEN_ROUND = "2021-sodra"
# People whose help ends for one offer, at most.
MOST_ENDED = 6


def are_told() -> bool:
    """The open round is the last of them."""
    return ChoiceRound.objects.filter(code=OPEN_ROUND).exists()


def open_round() -> None:
    """A round that can be chosen in: Södra Botkyrka chooses again, for the spring."""
    if are_told():
        return
    actor = municipality.actor("admin")
    round = create_round(
        code=OPEN_ROUND,
        name="Val av utförare i Södra Botkyrka våren 2021",
        areas=list(Area.objects.filter(code=OPEN_AREA)),
        opens_on=datetime.date(2020, 11, 16),
        closes_on=datetime.date(2020, 12, 13),
        starts_on=datetime.date(2021, 4, 1),
        told_by=datetime.date(2021, 2, 15),
        diary_number="von/2020:301",
        actor=actor,
    )
    freeze_round(round=round, actor=actor)


def make_offer() -> None:
    """Offer a place to the first in a queue: the help of some who were to begin there ends."""
    if Offer.objects.exists():
        return
    external = Contract.objects.filter(valid_from=START).exclude(provider__kind=Provider.Kind.MUNICIPAL)
    needed = {contract: _needed(contract) for contract in external.select_related("area", "provider")}
    # In the area of the nights if possible, where the first needs the least.
    for contract in sorted(needed, key=lambda each: (each.area.code != NIGHT_AREA, needed[each], each.pk)):
        if needed[contract] and _freed_and_offered(contract):
            return


def _freed_and_offered(contract: Contract) -> bool:
    """False, and nothing is changed, if the first in the queue does not get a place even so."""
    officer = municipality.actor("ansvarig")
    with transaction.atomic():
        for freed in _largest(contract):
            _end(freed)
            with suppress(ValidationError), transaction.atomic():
                offers = offer_places(contract=contract, most=1, actor=officer)
                create_offer_letters(offers=offers, actor=officer, codes=offer_codes())
                return True
        transaction.set_rollback(True)
    return False


def _needed(contract: Contract) -> int:
    """Minutes of the first household in the queue. 0: nobody waits, or somebody whom the demo does not show."""
    first = queue(contract, day=day_of(contract, clock.today()), first=1, last=1)
    hidden = Person.objects.filter(protected(), pk__in=[waiter.person_id for waiter in first])
    return 0 if hidden.exists() else sum(waiter.minutes for waiter in first)


def _largest(contract: Contract) -> list[CareDecision]:
    """Help of people who begin there, the most first."""
    coming = Placement.objects.filter(contract=contract, valid_from=START, valid_until=None).exclude(
        person__in=Person.objects.filter(protected() | ~Q(household_memberships=None) | ~Q(deceased_on=None))
    )
    ongoing = Q(valid_until=None) | Q(valid_until__gt=START)
    decisions = CareDecision.objects.filter(
        ongoing, person__in=coming.values("person"), service_type__code=HOME_CARE, valid_from__lt=clock.today()
    )
    return list(decisions.select_related("person").order_by("-minutes", "pk")[:MOST_ENDED])


def _end(decision: CareDecision) -> None:
    """End a decision by a file of the care system: the decision with a last day."""
    person, today = decision.person, clock.today()
    resident = Resident(person.identity_number, person.given_name, person.family_name, "sv", True, None, "")  # type: ignore[arg-type]
    row = Decision(
        resident,
        decision.source_reference,
        HOME_CARE,
        decision.minutes,
        decision.decided_on,
        decision.valid_from,
        today,
    )
    path = municipality.folder(1, 0) / "slut"
    written = write_files(Town([], [row], [], []), path)["decisions"]
    imports.apply(kind="decisions", table=imports.read("decisions", written), actor=municipality.actor("admin"))


def _unused(random: Random, born: datetime.date) -> str:
    numbers = TestNumbers(random)
    number = numbers.personal(born, woman=True)
    while Person.objects.filter(identity_number=number).exists():
        number = numbers.personal(born, woman=True)
    return number


@transaction.atomic
def add_daughter(*, seed: int) -> None:
    """A daughter with a power of attorney that staff have seen, of somebody who can choose now. Idempotent."""
    if Mandate.objects.filter(kind=Mandate.Kind.PROXY, evidence_seen_at__isnull=False).exists():
        return
    today = clock.today()
    alone = Person.objects.in_care(today).filter(household_memberships=None, mandates=None).exclude(protected())
    persons = alone.filter(care_decisions__minutes__gt=0).order_by("identity_number")
    person = persons.filter(area__code=OPEN_AREA).first() or persons.first()
    if person is None:
        return
    add_mandate(
        person=person,
        kind=Mandate.Kind.PROXY,
        holder=f"Karin {person.family_name}",
        scope="Val av utförare av hemtjänst",
        evidence="Skriftlig fullmakt",
        evidence_seen=True,
        valid_from=today - datetime.timedelta(days=60),
        phone="070-174 06 21",
        identity_number=_unused(Random(seed), BORN),
        actor=municipality.actor("handlaggare"),
    )
