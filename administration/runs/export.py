"""Export of a run's people. Protected people are excluded for every actor, and so are places in queues: a gap would
reveal somebody.
"""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.db.models.functions import Collate
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from administration.runs.people import RunFilter
from allocation.models import AllocationRun, OutcomeRow
from allocation.wording import WHY_NOT
from audit.services import record
from choices.models import Person
from choices.selectors import visible_persons
from providers.models import Provider
from secrecy.gate import Party, Purpose, disclose
from secrecy.protected import not_protected

# Batch size of the access log.
LOGGED_AT_ONCE = 5000


def header() -> list[str]:
    return [
        _("Referens"), _("Efternamn"), _("Förnamn"), _("Område"), _("Minuter per månad"), _("Utförare före"),
        _("Utförare efter"), _("Utfall"), _("Vilket val"), _("Väntar på"), _("Varför det dröjer"),
    ]  # fmt: skip


def rows(*, run: AllocationRun, chosen: RunFilter, actor: Actor) -> Iterator[list[object]]:
    """One row per person, by name. Each access is logged before the first row is returned.

    Raises:
        PermissionDenied: without the permission to export lists.
    """
    actor.require(Right.EXPORT_LISTS)
    found = _in_file(run, chosen, actor)
    people = [
        Party(reference, is_protected=any(protected))
        for reference, *protected in found.values_list(
            "person__reference", "person__confidential", "person__protected_registration"
        )
    ]
    for start in range(0, len(people), LOGGED_AT_ONCE):
        part = people[start : start + LOGGED_AT_ONCE]
        disclose(actor=actor, concerned=part, purpose=Purpose.EXPORT, what="run_list")
    record(
        actor=actor,
        action="run.export",
        object_reference=run.reference,
        data={"persons": len(people), **chosen.words},
    )
    return _written(found)


def _in_file(run: AllocationRun, chosen: RunFilter, actor: Actor) -> QuerySet[OutcomeRow]:
    persons = visible_persons(actor=actor).filter(not_protected())
    found = chosen.rows(run).filter(person__in=persons)
    return found.order_by(Collate("person__order_key", "C"), "person")


def _written(found: QuerySet[OutcomeRow]) -> Iterator[list[object]]:
    names = dict(Provider.objects.values_list("code", "name"))
    for row in found.select_related("person", "area", "provider", "provider_before").iterator(chunk_size=2000):
        person: Person = row.person
        # The most preferred of the waiting wishes.
        waits = row.unmet[0] if row.unmet else None
        yield [
            person.reference,
            person.family_name,
            person.given_name,
            row.area.name,
            row.minutes,
            row.provider_before.name if row.provider_before else "",
            row.provider.name,
            row.get_how_display(),
            row.got_rank,
            names[waits["provider"]] if waits else "",
            str(WHY_NOT[waits["why"]]).format(provider=names[waits["provider"]]) if waits else "",
        ]
