"""The frozen facts of decision letters: everything a letter says, as plain data. Few queries for many people.

The facts hold no identity number, and nothing of anybody else in the household.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from allocation.models import AllocationRun, OutcomeRow
from botkyrka_hemtjanst import clock
from botkyrka_hemtjanst.references import new_reference
from choices.models import Choice, Person
from letters.address import Address, address_lines, forwarding_lines
from letters.content import SCHEMA
from letters.models import Letter
from providers.models import Municipality, Provider
from providers.selectors import municipality

# People at a time: bounds the memory, and five queries for so many.
_CHUNK = 2000
# After all Swedish postcodes: mail abroad lies last in the batch.
_ABROAD = "~"


@dataclass(frozen=True)
class DecisionFacts:
    """One letter to be: where it goes and what it says."""

    person: Person
    route: Letter.Route
    hold_reason: str
    sort_postcode: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class _Setting:
    """What all letters of a run share."""

    run: AllocationRun
    municipality: Municipality
    provider_names: dict[str, str]
    decided_by: str
    languages: frozenset[str]

    @property
    def shared(self) -> dict[str, Any]:
        run, own = self.run, self.municipality
        return {
            "schema": SCHEMA,
            "letter_date": clock.today().isoformat(),
            "starts_on": run.effective_date.isoformat(),
            "decided_on": _decided_on(run),
            "decided_by": self.decided_by,
            "no_answer_rule": (run.round or own).no_answer_rule,
            "window": dict(settings.LETTER_WINDOW),
            "municipality": {
                "name": own.name,
                "department": own.department,
                "committee": own.committee,
                "phone": own.phone,
                "phone_hours": own.phone_hours,
                "return_address": [line.strip() for line in own.return_address.splitlines() if line.strip()],
            },
        }


def decision_facts(*, run: AllocationRun, languages: frozenset[str]) -> Iterator[DecisionFacts]:
    """One for each person of the run, in the order of the outcome rows. ``languages`` are those there is a text in."""
    of_run = _Setting(
        run=run,
        municipality=municipality(),
        provider_names=dict(Provider.objects.values_list("code", "name")),
        decided_by=run.approved_by.get_full_name() if run.approved_by else "",
        languages=languages,
    )
    rows = _told(run).select_related("person", "provider", "provider_before").order_by("id")
    last = 0
    while chunk := list(rows.filter(id__gt=last)[:_CHUNK]):
        last = chunk[-1].pk
        choices = _choices(run, [row.person_id for row in chunk])
        for row in chunk:
            yield _facts(of_run, row, choices.get(row.person_id))


def _told(run: AllocationRun) -> QuerySet[OutcomeRow]:
    """A round tells everybody what it decided; other runs tell those whose provider changes."""
    if run.kind == AllocationRun.Kind.ROUND:
        return run.rows.all()
    return run.rows.filter(act=OutcomeRow.Act.PLACE)


def _choices(run: AllocationRun, persons: list[int]) -> dict[int, Choice]:
    """Each person's choice that the run went by: the last received of those registered when it was proposed."""
    found = (
        Choice.objects.filter(person__in=persons, registered_at__lte=run.proposed_at)
        .order_by("person_id", "-received_on", "-id")
        .distinct("person_id")
        .select_related("mandate")
        .prefetch_related("wishes__provider")
    )
    return {choice.person_id: choice for choice in found}


def _facts(of_run: _Setting, row: OutcomeRow, choice: Choice | None) -> DecisionFacts:
    person = row.person
    address = mail_address(person)
    route, hold_reason = _route(person, address)
    if route == Letter.Route.PROTECTED:
        lines = forwarding_lines(given_name=person.given_name, family_name=person.family_name)
    else:
        lines = address_lines(address)
    ordinary = route == Letter.Route.PRINT
    language = person.language if person.language in of_run.languages else "sv"
    facts = of_run.shared | _outcome(of_run, row, choice)
    facts |= {"reference": new_reference(), "language": language, "name": person.full_name, "address": lines}
    return DecisionFacts(
        person=person,
        route=route,
        hold_reason=hold_reason,
        sort_postcode=_sort_postcode(address) if ordinary else "",
        facts=facts | {"sort_town": address.town if ordinary else ""},
    )


def _outcome(of_run: _Setting, row: OutcomeRow, choice: Choice | None) -> dict[str, Any]:
    ranks = {wish.provider.code: wish.rank for wish in choice.wishes.all()} if choice else {}
    return {
        "alarm_only": row.minutes == 0,
        "answered": row.answered,
        "how": row.how,
        "wish_rank": row.wish_rank,
        "provider": {"name": row.provider.name, "phone": row.provider.phone},
        "before": row.provider_before.name if row.provider_before else "",
        "choice": _choice(choice),
        "queues": choice.queue_if_full if choice else True,
        "unmet": [
            {
                "provider": of_run.provider_names[unmet["provider"]],
                "rank": ranks.get(unmet["provider"]),
                "why": unmet["why"],
                "place": unmet["place_in_queue"],
            }
            for unmet in row.unmet
        ],
    }


def _choice(choice: Choice | None) -> dict[str, Any] | None:
    if choice is None:
        return None
    return {
        "received_on": choice.received_on.isoformat(),
        "declines": choice.declines_to_choose,
        "chosen_by": choice.mandate.kind if choice.mandate else "",
    }


def mail_address(person: Person) -> Address:
    """Where mail goes: the mail address if there is one, otherwise the home."""
    own_mail = any((person.mail_street, person.mail_postal_code, person.mail_town))
    if own_mail:
        return Address(
            given_name=person.given_name,
            family_name=person.family_name,
            care_of=person.mail_care_of,
            street=person.mail_street,
            postal_code=person.mail_postal_code,
            town=person.mail_town,
            country="" if person.mail_country.strip().lower() in ("sverige", "sweden") else person.mail_country,
        )
    return Address(
        given_name=person.given_name,
        family_name=person.family_name,
        care_of=person.care_of,
        street=person.street,
        postal_code=person.postal_code,
        town=person.town,
    )


def _route(person: Person, address: Address) -> tuple[Letter.Route, str]:
    if person.deceased_on:
        return Letter.Route.HOLD, _("Personen är avliden.")
    if person.merged_into_id:
        return Letter.Route.HOLD, _("Personen har fått ett nytt nummer.")
    if person.is_protected:
        return Letter.Route.PROTECTED, ""
    if not address.is_usable:
        return Letter.Route.HOLD, _("Adressen saknas eller är inte hel.")
    return Letter.Route.PRINT, ""


def _sort_postcode(address: Address) -> str:
    code = "".join(address.postal_code.split())
    return f"{_ABROAD}{code}"[:10] if address.country else code


def _decided_on(run: AllocationRun) -> str:
    if run.approved_at is None:
        raise ValueError(f"run {run.reference} has not been approved")
    return run.approved_at.astimezone(clock.STOCKHOLM).date().isoformat()
