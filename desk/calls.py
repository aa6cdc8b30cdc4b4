"""A call to make: what to say, as things stand when it is made, and what has been tried."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actors import Actor
from allocation.facts.queues import waits_of
from allocation.models import ContactAttempt, ContactTask, Offer, OutcomeRow, Placement
from allocation.wording import WHY_NOT
from choices.selectors import visible_persons
from common import clock
from providers.models import Provider

Kind = ContactTask.Kind


@dataclass(frozen=True)
class Call:
    task: ContactTask
    silent_offer: Offer | None
    say: list[str]


@dataclass(frozen=True)
class _State:
    """As it is when the page is opened. ``row``: what the task's run decided; ``waits``: names of the providers whose
    queues the person stands in."""

    row: OutcomeRow | None
    now: Placement | None
    then: Placement | None
    waits: tuple[str, ...]

    @property
    def provider(self) -> Provider | None:
        """The provider that is decided: the one that starts next, or else the one of today unless it is interim."""
        placement = self.then or (self.now if self.now and not self.now.interim else None)
        return placement.contract.provider if placement else None


def call(*, reference: str, actor: Actor) -> Call:
    """Raises ``ContactTask.DoesNotExist`` also for a call to somebody the actor may not see."""
    task = (
        ContactTask.objects.filter(person__in=visible_persons(actor=actor))
        .select_related("person__area", "run", "exit__provider")
        .prefetch_related(Prefetch("attempts", ContactAttempt.objects.select_related("by")))
        .get(reference=reference)
    )
    return Call(task=task, silent_offer=_silent_offer(task), say=_SAY[Kind(task.kind)](task, _state(task)))


def _silent_offer(task: ContactTask) -> Offer | None:
    if task.kind != Kind.SILENT:
        return None
    silent = Offer.objects.filter(person=task.person, status=Offer.Status.EXPIRED, silence_broken_at__isnull=True)
    return silent.select_related("contract__provider").order_by("-answered_at").first()


def _state(task: ContactTask) -> _State:
    person, today = task.person, clock.today()
    rows = OutcomeRow.objects.filter(run=task.run_id, person=person).select_related("provider", "call_for", "run")
    waits = waits_of(person, today=today) if task.kind == Kind.MOVED else []
    placements = list(
        person.placements.covering_some_day().select_related("contract__provider").order_by("valid_from", "id")
    )
    return _State(
        row=rows.first() if task.run_id else None,
        now=next((each for each in placements if each.covers(today)), None),
        then=next((each for each in placements if each.valid_from > today), None),
        waits=tuple(wait.contract.provider.name for wait in waits),
    )


# What to say in each kind of call, in order, as things stand now. The same reasons as in the letter and on the page
# (allocation.wording).


def _moved(task: ContactTask, state: _State) -> list[str]:
    if state.row is None:
        return _decided(state)
    # Something else has been decided since the run: its reason explains nothing any more.
    as_then = state.provider == state.row.provider
    said = [*_why_not(state.row), *_decided(state, because=True)] if as_then else _decided(state)
    if state.waits:
        said.append(_("Du står kvar i kön till det du har valt. Du behöver inte göra något."))
    return said


def _proposal(task: ContactTask, state: _State) -> list[str]:
    if state.row is None or state.row.call_for is None:
        return _decided(state)
    if state.then or state.provider == state.row.call_for:
        return [*_decided(state), _("Vi ville bara höra att du vet om det.")]
    return [
        _("%(provider)s har plats för dig om du vill byta dit.") % {"provider": state.row.call_for.name},
        _("Du får säga nej. Då behåller du den utförare du har, och du förlorar ingenting."),
    ]


def _silent(task: ContactTask, state: _State) -> list[str]:
    return [
        _("Du fick ett brev med ett erbjudande om en plats, och vi har inte hört något från dig."),
        *(_decided(state) if state.then else []),
        _("Vill du fortfarande byta? Då står du kvar i kön med samma ködatum."),
        _("Vill du inte, så händer ingenting."),
    ]


def _exit(task: ContactTask, state: _State) -> list[str]:
    leaving = task.exit.provider if task.exit else None
    if task.exit is None or (state.provider and state.provider != leaving):
        return [
            *([_("%(provider)s slutar.") % {"provider": leaving.name}] if leaving else []),
            *_decided(state),
            _("Din hjälp är lika stor som förut."),
        ]
    return [
        _("%(provider)s slutar hjälpa dig.") % {"provider": task.exit.provider.name},
        _("Du får en ny utförare senast %(day)s. Din hjälp är lika stor som förut.")
        % {"day": date_format(task.exit.moved_by)},
        _("Vill du säga vilken utförare du helst vill ha?"),
    ]


def _new_area(task: ContactTask, state: _State) -> list[str]:
    said = [_("Du har flyttat, och din utförare finns inte där du bor nu.")]
    if state.provider:
        return [*said, *_decided(state), _("Vill du hellre ha någon annan? Du får välja när du vill.")]
    if state.now:
        words = {"provider": state.now.contract.provider.name}
        said.append(_("%(provider)s hjälper dig så länge.") % words)
    return [*said, _("Du får välja bland utförarna i ditt nya område.")]


def _asked(task: ContactTask, state: _State) -> list[str]:
    return [_("Du har bett oss ringa. Vad kan vi hjälpa dig med?")]


def _gap(task: ContactTask, state: _State) -> list[str]:
    said = [_("Vi vill veta hur du har det, och att någon kommer till dig.")]
    if state.then or state.now:
        return [*said, *_decided(state, until=True)]
    return [*said, _("Vilken utförare vill du ha?")]


_SAY = {
    Kind.MOVED: _moved,
    Kind.PROPOSAL: _proposal,
    Kind.SILENT: _silent,
    Kind.EXIT: _exit,
    Kind.NEW_AREA: _new_area,
    Kind.ASKED: _asked,
    Kind.GAP: _gap,
}


def _decided(state: _State, *, because: bool = False, until: bool = False) -> list[str]:
    """The providers as decided. ``because``: a reason has just been given. ``until``: also the one of today."""
    said = []
    if state.now and (until or not state.then) and (until or not state.now.interim):
        words = {"provider": state.now.contract.provider.name}
        said.append(_("%(provider)s hjälper dig nu.") % words)
    if state.then:
        words = {"provider": state.then.contract.provider.name, "day": date_format(state.then.valid_from)}
        sentence = (
            _("Därför kommer %(provider)s till dig från den %(day)s.")
            if because
            else _("Det är bestämt att %(provider)s kommer till dig från den %(day)s.")
        )
        said.append(sentence % words)
    return said


def _why_not(row: OutcomeRow) -> list[str]:
    names = dict(Provider.objects.values_list("code", "name"))
    return [
        str(WHY_NOT[line["why"]]).format(provider=names.get(line["provider"], line["provider"]))
        for line in row.unmet[:1]
    ]
