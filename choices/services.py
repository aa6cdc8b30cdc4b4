"""Services for choices and rounds: atomic, audited, with the rules that are not database constraints."""

import datetime
import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.late_registration import A_YEAR, earliest_receipt, ended_wishes_of, restate_dates, version_of
from choices.mandates import mandate_faults
from choices.models import Choice, ChoiceRound, Mandate, Person, Wish
from choices.queue_dates import continued_dates, queue_dates
from choices.rounds import COVERED
from choices.selectors import BEFORE, current_choice_of
from common import clock, rows
from providers.models import Area, Provider
from providers.selectors import current_or_coming, municipality

MOST_WISHES = 5


# Takes person.
_LOCKED = f"SELECT {rows.columns(Person, 'p')} FROM choices_person p WHERE p.id = %(person)s FOR UPDATE"  # noqa: S608


def locked_person(*, pk: int) -> Person:
    """The person, whose versions get their queue dates one after the other: the next one waits for this transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a lock lasts as long as its transaction")
    person = rows.first(Person, _LOCKED, {"person": pk})
    if person is None:
        raise Person.DoesNotExist
    return person


def register_choice(
    *,
    person: Person,
    ranking: Sequence[Provider],
    received_on: datetime.date,
    channel: str,
    actor: Actor,
    round: ChoiceRound | None = None,
    mandate: Mandate | None = None,
    declines_to_choose: bool = False,
    together: bool = False,
    queue_if_full: bool = True,
    accepts_interim: bool = True,
    language_wish: str = "",
    assured: Sequence[str] = (),
    corrects: Choice | None = None,
    is_locked: bool = False,
) -> Choice:
    """Add a version of the person's choice. ``ranking`` is best first.

    ``assured``: confirmed checks of the mandate (``choices.mandates``). ``corrects``: the current choice, if it was
    registered wrongly; the new one replaces it. A choice received before others already registered is placed by its
    date of receipt: those get new queue dates. ``is_locked``: ``person`` comes from ``locked_person`` in the caller's
    transaction.

    Raises:
        ValidationError: with a Swedish message for each broken rule; nothing is written.
    """
    actor.require(Right.REGISTER_CHOICE)
    actor.require_person(person.reference)
    with transaction.atomic(savepoint=not is_locked):
        if not is_locked:
            person = locked_person(pk=person.pk)
        values = {"person": person.pk, "round": round and round.pk, "received_on": received_on}
        before, covered = rows.first_of_each(BEFORE, COVERED, values={**values, "corrects": corrects and corrects.pk})
        faults = [
            *_person_faults(person),
            *_ranking_faults(person, ranking, declines_to_choose),
            *_date_faults(received_on, round, person, is_covered=covered is not None),
            *mandate_faults(person=person, mandate=mandate, received_on=received_on),
            *_correction_faults(person, corrects),
        ]
        if faults:
            raise ValidationError(faults)
        choice = Choice(
            person=person,
            round=round,
            received_on=received_on,
            channel=channel,
            registered_by_id=actor.user_id,
            mandate=mandate,
            declines_to_choose=declines_to_choose,
            together=together,
            queue_if_full=queue_if_full,
            accepts_interim=accepts_interim,
            language_wish=language_wish,
            assured=sorted(assured),
            corrects=corrects,
            correction=Choice.Correction.MISTAKE if corrects else "",
        )
        # The rows it refers to have just been read, and constraints of the database hold the rest.
        choice.clean_fields(exclude={"person", "round", "registered_by", "mandate", "corrects"})
        dates_before = _dates_before(before, person, received_on) if before else {}
        choice.save()
        dates = queue_dates(
            before=dates_before,
            ranking=[provider.pk for provider in ranking],
            received_on=received_on,
            closes_on=round.closes_on if round else None,
        )
        Wish.objects.bulk_create(
            Wish(choice=choice, rank=rank, provider=provider, queue_date=dates[provider.pk])
            for rank, provider in enumerate(ranking, start=1)
        )
        # A first choice received today has no version beside it.
        if before is not None or received_on < clock.today():
            restate_dates(person=person, actor=actor)
        record(
            actor=actor,
            action="choice.register",
            person_reference=person.reference,
            object_reference=choice.reference,
            acting_for=f"mandate:{mandate.pk}" if mandate else "",
            data={
                "ranking": [provider.code for provider in ranking],
                "received_on": str(received_on),
                "channel": channel,
                **({"corrects": corrects.reference} if corrects else {}),
            },
        )
        return choice


def _dates_before(before: Choice, person: Person, received_on: datetime.date) -> dict[int, datetime.date]:
    """Provider id → queue date in the version before."""
    return continued_dates(version_of(before), ended_wishes_of(person), until=(received_on, clock.now()))


def _person_faults(person: Person) -> list[str]:
    if person.deceased_on:
        return [_("Personen är död. Det går inte att registrera något val.")]
    if person.merged_into_id:
        return [_("Personen har fått ett nytt nummer. Registrera valet på den nya posten.")]
    return []


def _ranking_faults(person: Person, ranking: Sequence[Provider], declines_to_choose: bool) -> list[str]:
    if declines_to_choose:
        return [_("Du kan inte både välja utförare och låta bli att välja.")] if ranking else []
    if not ranking:
        return [_("Välj minst en utförare, eller ange att personen inte vill välja.")]
    faults = []
    if len(ranking) > MOST_WISHES:
        faults.append(_("Du kan välja högst fem utförare."))
    if len({provider.pk for provider in ranking}) < len(ranking):
        faults.append(_("Du har valt samma utförare två gånger. Välj varje utförare en gång."))
    here = set(current_or_coming(day=clock.today()).filter(area=person.area_id).values_list("provider_id", flat=True))
    faults += [
        _("%(provider)s arbetar inte i området %(area)s.") % {"provider": provider, "area": person.area}
        for provider in ranking
        if provider.pk not in here
    ]
    return faults


def _date_faults(
    received_on: datetime.date, round: ChoiceRound | None, person: Person, *, is_covered: bool
) -> list[str]:
    faults = []
    if received_on > clock.today():
        faults.append(_("Valet kan inte ha kommit in senare än i dag."))
    # Asked for old days only: a choice by web is received today.
    if received_on <= clock.today() - A_YEAR and received_on < earliest_receipt(area=person.area_id):
        faults.append(_("Då fanns det ingen utförare att välja. Kontrollera året."))
    if round and not is_covered:
        faults.append(_("Valomgången gäller inte området %(area)s.") % {"area": person.area})
    if round and received_on < round.opens_on:
        faults.append(_("Valet kom in innan valomgången öppnade den %(day)s.") % {"day": _day(round.opens_on)})
    if round and received_on > round.closes_on:
        faults.append(
            _("Valet kom in efter att valomgången stängde den %(day)s. Registrera det som ett val utanför valomgången.")
            % {"day": _day(round.closes_on)}
        )
    return faults


def _correction_faults(person: Person, corrects: Choice | None) -> list[str]:
    """Only the current version can be corrected: an older one has been replaced by the person."""
    if corrects and current_choice_of(person=person) != corrects:
        return [_("Valet gäller inte längre. Någon har registrerat eller rättat ett val under tiden.")]
    return []


def _day(day: datetime.date) -> str:
    return date_format(day)


@transaction.atomic
def create_round(
    *,
    code: str,
    name: str,
    areas: Sequence[Area],
    opens_on: datetime.date,
    closes_on: datetime.date,
    starts_on: datetime.date,
    actor: Actor,
    told_by: datetime.date | None = None,
    diary_number: str = "",
    **policy: Any,
) -> ChoiceRound:
    """Create a round with a fresh lottery seed and a copy of the municipality's rules (``policy`` overrides them).

    Raises:
        ValidationError: dates in the wrong order, or the code is taken.
    """
    actor.require(Right.PROPOSE_RUN)
    own = municipality()
    seed = secrets.token_hex(32)
    round = ChoiceRound(
        code=code,
        name=name,
        opens_on=opens_on,
        closes_on=closes_on,
        starts_on=starts_on,
        told_by=told_by,
        diary_number=diary_number,
        seed=seed,
        seed_sha256=hashlib.sha256(seed.encode()).hexdigest(),
        **{
            "switch_rule": own.switch_rule,
            "household_class": own.household_class,
            "no_answer_rule": own.no_answer_rule,
            "call_list": own.call_list,
            **policy,
        },
    )
    round.full_clean()
    round.save()
    round.areas.set(areas)
    record(actor=actor, action="round.create", object_reference=code, data={"seed_sha256": round.seed_sha256})
    return round


@transaction.atomic
def freeze_round(*, round: ChoiceRound, actor: Actor) -> ChoiceRound:
    """Fix the round's dates and rules: letters may refer to them from now on."""
    actor.require(Right.PROPOSE_RUN)
    round = ChoiceRound.objects.select_for_update().get(pk=round.pk)
    if round.frozen_at is None:
        round.frozen_at = clock.now()
        round.save(update_fields=["frozen_at"])
        record(actor=actor, action="round.freeze", object_reference=round.code)
    return round


@transaction.atomic
def close_round(*, round: ChoiceRound, actor: Actor) -> ChoiceRound:
    """Close the window, and fix the rules if they are not. Idempotent.

    Raises:
        ValidationError: the window's last day is not over.
    """
    actor.require(Right.PROPOSE_RUN)
    round = freeze_round(round=round, actor=actor)
    if round.closes_on >= clock.today():
        raise ValidationError(
            _("Valomgången stänger först efter den %(day)s. Vänta till dagen efter.") % {"day": _day(round.closes_on)}
        )
    if round.closed_at is None:
        round.closed_at = clock.now()
        round.save(update_fields=["closed_at"])
        record(actor=actor, action="round.close", object_reference=round.code)
    return round
