"""Late registration: choices received after a late-registered one get the queue dates they should have had."""

import datetime

from django.db.models import Min, Q

from accounts.actors import Actor
from audit.services import record
from choices.models import Amendment, Choice, Person, Wish
from choices.queue_dates import ChoiceVersion, EndedWish, true_dates
from common import clock
from providers.models import Contract

A_YEAR = datetime.timedelta(days=365)


def earliest_receipt(*, area: int) -> datetime.date:
    """Earliest day on which a choice in the area can have been received: a year before its first provider began, or a
    year ago. A mistyped year would put the person first in every queue.
    """
    a_year_ago = clock.today() - A_YEAR + datetime.timedelta(days=1)
    first = Contract.objects.filter(area=area).aggregate(first=Min("valid_from"))["first"]
    return min(a_year_ago, first - A_YEAR) if first else a_year_ago


def restate_dates(*, person: Person, actor: Actor) -> list[Choice]:
    """Correct the queue dates of the person's stored choices. Returns the corrected versions.

    From the first choice with a wrong queue date on, each choice gets a corrected version. All else is copied from the
    version it corrects, also time and author of registration. Call it in the transaction that holds the person's lock.
    """
    choices = list(person.choices.standing().select_related("round").prefetch_related("wishes").in_order())
    versions = [version_of(choice) for choice in choices]
    true = true_dates(versions, ended_wishes_of(person))
    wrong = next((place for place, version in enumerate(versions) if true[place] != dict(version.dates)), None)
    if wrong is None:
        return []
    # Also those with correct dates after it, so that choices received on one day keep their order.
    return [_restate(choice, dict(dates), actor) for choice, dates in zip(choices[wrong:], true[wrong:], strict=True)]


def ended_wishes_of(person: Person) -> list[EndedWish]:
    """Wishes of the person, or of a record merged into theirs, that ended at any time."""
    ends = Amendment.objects.filter(kind=Amendment.Kind.ENDS_WISH, undone_at=None)
    ends = ends.filter(Q(person=person) | Q(person__merged_into=person))
    return [EndedWish(*row) for row in ends.values_list("provider_id", "said_on", "registered_at")]


def version_of(choice: Choice) -> ChoiceVersion:
    wishes = list(choice.wishes.all())
    return ChoiceVersion(
        number=choice.pk,
        ranking=tuple(wish.provider_id for wish in wishes),
        received_on=choice.received_on,
        registered_at=choice.registered_at,
        closes_on=choice.round.closes_on if choice.round else None,
        dates={wish.provider_id: wish.queue_date for wish in wishes},
    )


def _restate(old: Choice, dates: dict[int, datetime.date], actor: Actor) -> Choice:
    copied = {
        field.attname: getattr(old, field.attname)
        for field in Choice._meta.concrete_fields
        if field.attname not in ("id", "reference", "corrects_id", "correction")
    }
    new = Choice.objects.create(**copied, corrects=old, correction=Choice.Correction.DATES)
    Wish.objects.bulk_create(
        Wish(choice=new, rank=wish.rank, provider_id=wish.provider_id, queue_date=dates[wish.provider_id])
        for wish in old.wishes.all()
    )
    record(
        actor=actor,
        action="choice.restate_dates",
        person_reference=old.person.reference,
        object_reference=new.reference,
        before={"choice": old.reference, "dates": sorted(str(wish.queue_date) for wish in old.wishes.all())},
        after={"dates": sorted(str(date) for date in dates.values())},
    )
    return new
