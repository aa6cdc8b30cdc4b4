"""A call to make: what to say, what has been tried."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actors import Actor
from allocation.models import ContactTask, Offer, OutcomeRow
from allocation.wording import WHY_NOT
from choices.selectors import visible_persons
from providers.models import Provider

Kind = ContactTask.Kind


@dataclass(frozen=True)
class Call:
    task: ContactTask
    row: OutcomeRow | None
    silent_offer: Offer | None
    say: list[str]


def call(*, reference: str, actor: Actor) -> Call:
    """Raises ``ContactTask.DoesNotExist`` also for a call to somebody the actor may not see."""
    task = (
        ContactTask.objects.filter(person__in=visible_persons(actor=actor))
        .select_related("person__area", "run", "exit__provider")
        .prefetch_related("attempts__by")
        .get(reference=reference)
    )
    rows = OutcomeRow.objects.filter(run=task.run, person=task.person).select_related(
        "provider", "provider_before", "run"
    )
    row = rows.first() if task.run_id else None
    return Call(task=task, row=row, silent_offer=_silent_offer(task), say=_say(task, row))


def _silent_offer(task: ContactTask) -> Offer | None:
    if task.kind != Kind.SILENT:
        return None
    silent = Offer.objects.filter(person=task.person, status=Offer.Status.EXPIRED, silence_broken_at__isnull=True)
    return silent.select_related("contract__provider").order_by("-answered_at").first()


def _say(task: ContactTask, row: OutcomeRow | None) -> list[str]:
    """Sentences to say, in order. The same reasons as in the letter and on the page (allocation.wording)."""
    match task.kind:
        case Kind.MOVED if row:
            return [
                *_why_not(row),
                _new_provider(row),
                _("Du står kvar i kön till det du har valt. Du behöver inte göra något."),
            ]
        case Kind.PROPOSAL if row and row.call_for:
            return [
                _("%(provider)s har plats för dig om du vill byta dit.") % {"provider": row.call_for.name},
                _("Du får säga nej. Då behåller du den utförare du har, och du förlorar ingenting."),
            ]
        case Kind.SILENT:
            return [
                _("Du fick ett brev med ett erbjudande om en plats, och vi har inte hört något från dig."),
                _("Vill du fortfarande byta? Då står du kvar i kön med samma ködatum."),
                _("Vill du inte, så händer ingenting."),
            ]
        case Kind.EXIT if task.exit:
            return [
                _("%(provider)s slutar hjälpa dig.") % {"provider": task.exit.provider.name},
                _("Du får en ny utförare senast %(day)s. Din hjälp är lika stor som förut.")
                % {"day": date_format(task.exit.moved_by)},
                _("Vill du säga vilken utförare du helst vill ha?"),
            ]
        case Kind.NEW_AREA:
            return [
                _("Du har flyttat, och din utförare finns inte där du bor nu."),
                _("Kommunens hemtjänst hjälper dig så länge. Du får välja bland utförarna i ditt nya område."),
            ]
        case Kind.ASKED:
            return [_("Du har bett oss ringa. Vad kan vi hjälpa dig med?")]
        case Kind.GAP:
            return [
                _("Vi vill veta hur du har det, och att någon kommer till dig."),
                _("Vilken utförare vill du ha?"),
            ]
    return []


def _why_not(row: OutcomeRow) -> list[str]:
    names = dict(Provider.objects.values_list("code", "name"))
    return [
        str(WHY_NOT[line["why"]]).format(provider=names.get(line["provider"], line["provider"]))
        for line in row.unmet[:1]
    ]


def _new_provider(row: OutcomeRow) -> str:
    words = {"provider": row.provider.name, "day": date_format(row.run.effective_date)}
    return _("Därför kommer %(provider)s till dig från den %(day)s.") % words
