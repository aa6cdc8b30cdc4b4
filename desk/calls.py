"""A call to make: its script by the current state, and earlier attempts."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actors import Actor
from allocation.facts.people import open_offer_of
from allocation.facts.queues import QueuePosition, Wait, positions_of
from allocation.models import ContactAttempt, ContactTask, Offer, OutcomeRow, Placement, ProviderExit
from allocation.services import apart_of
from allocation.services.together import is_untold
from allocation.wording import WHY_NOT, origin_words, place_words
from choices.households import is_hidden_from_household
from choices.models import Person
from choices.selectors import visible_persons
from citizens.public.aloud import Spoken, read_aloud
from common import clock
from providers.models import Provider

Kind = ContactTask.Kind
_MAY_CHOOSE = frozenset({Kind.MOVED, Kind.EXIT, Kind.NEW_AREA, Kind.ASKED, Kind.GAP})


@dataclass(frozen=True)
class Call:
    task: ContactTask
    silent_offer: Offer | None
    open_offer: Offer | None
    apart: list[Provider]
    say: list[str]
    # The providers to choose from, where the person may want another.
    aloud: list[Spoken]


@dataclass(frozen=True)
class _State:
    """State when the page is opened. ``row``: the outcome row of the task's run; ``waits``: the person's
    waits, with the place in each. ``untold``: one of the household is protected, and the person hears nothing of it.
    """

    row: OutcomeRow | None
    now: Placement | None
    then: Placement | None
    waits: tuple[tuple[Wait, QueuePosition], ...]
    offer: Offer | None
    apart: tuple[str, ...]
    untold: bool

    @property
    def provider(self) -> Provider | None:
        """Decided provider: the next one to start, or else the current one unless it is interim."""
        placement = self.then or (self.now if self.now and not self.now.interim else None)
        return placement.contract.provider if placement else None

    @property
    def lasting_provider(self) -> Provider | None:
        """``provider`` without interim care that is decided for later."""
        lasting = next((each for each in (self.then, self.now) if each and not each.interim), None)
        return lasting.contract.provider if lasting else None


def call(*, reference: str, actor: Actor) -> Call:
    """Raises ``ContactTask.DoesNotExist`` also for a call to a person the actor may not see."""
    task = (
        ContactTask.objects.filter(person__in=visible_persons(actor=actor))
        .select_related("person__area", "run", "exit__provider")
        .prefetch_related(Prefetch("attempts", ContactAttempt.objects.select_related("by")))
        .get(reference=reference)
    )
    asked = task.kind == Kind.SPLIT and task.status == ContactTask.Status.TO_DO
    offer = open_offer_of(task.person, clock.today()) if asked else None
    apart = [each for each in apart_of(task.person) if offer is None] if asked else []
    return Call(
        task=task,
        silent_offer=_silent_offer(task),
        open_offer=offer,
        apart=apart,
        say=_SAY[Kind(task.kind)](task, _state(task, offer, apart)),
        aloud=read_aloud(task.person.area, day=clock.today(), seed=task.reference) if task.kind in _MAY_CHOOSE else [],
    )


def _silent_offer(task: ContactTask) -> Offer | None:
    if task.kind != Kind.SILENT:
        return None
    silent = Offer.objects.filter(person=task.person, status=Offer.Status.EXPIRED, silence_broken_at__isnull=True)
    return silent.select_related("contract__provider").order_by("-answered_at").first()


def _state(task: ContactTask, offer: Offer | None, apart: list[Provider]) -> _State:
    person, today = task.person, clock.today()
    rows = OutcomeRow.objects.filter(run=task.run_id, person=person).select_related("provider", "call_for", "run")
    placements = list(
        person.placements.covering_some_day().select_related("contract__provider").order_by("valid_from", "id")
    )
    return _State(
        row=rows.first() if task.run_id else None,
        now=next((each for each in placements if each.covers(today)), None),
        then=next((each for each in placements if each.valid_from > today), None),
        waits=tuple(positions_of(person, today=today)) if task.kind == Kind.MOVED else (),
        offer=offer,
        apart=tuple(provider.name for provider in apart),
        untold=task.kind == Kind.SPLIT and _is_untold(person, offer),
    )


def _is_untold(person: Person, offer: Offer | None) -> bool:
    hidden = is_hidden_from_household(person=person, day=clock.today())
    return hidden or (offer is not None and is_untold(offer))


# Script of each kind of call, in order, by the current state. The same reasons as in the letter and on the page
# (allocation.wording).


def _moved(task: ContactTask, state: _State) -> list[str]:
    if state.row is None:
        return _decided(state)
    # A later decision makes the run's reason obsolete.
    as_then = state.provider == state.row.provider
    said = [*_why_not(state.row), *_decided(state, because=True)] if as_then else _decided(state)
    for wait, position in state.waits:
        said += _queued(wait, position)
    return [*said, _("Du behöver inte göra något för att stå kvar i kön.")] if state.waits else said


def _queued(wait: Wait, position: QueuePosition) -> list[str]:
    """Place in a queue in the words of the letter and the person's own page: a band, and its origin."""
    if position.place is None:
        return []
    return [place_words(position.place, wait.contract.provider.name), *origin_words(wait.origin)]


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
    if leaving and task.exit and task.exit.status == ProviderExit.Status.UNDONE:
        return [
            _("Vi har sagt att %(provider)s slutar. Det gäller inte längre.") % {"provider": leaving.name},
            _("Du behöver inte byta utförare. Din hjälp är lika stor som förut."),
            *(_decided(state) if state.then else []),
        ]
    if task.exit is None or (state.lasting_provider and state.lasting_provider != leaving):
        return [
            *([_("%(provider)s slutar.") % {"provider": leaving.name}] if leaving else []),
            *_decided(state),
            _("Din hjälp är lika stor som förut."),
        ]
    return [
        _("%(provider)s slutar hjälpa dig.") % {"provider": task.exit.provider.name},
        *_meanwhile(state),
        _("Du får en ny utförare senast %(day)s. Din hjälp är lika stor som förut.")
        % {"day": date_format(task.exit.moved_by)},
        _("Vill du säga vilken utförare du helst vill ha?"),
    ]


def _meanwhile(state: _State) -> list[str]:
    """Provider until the client moves: the leaving one, or the municipality, perhaps from a later day."""
    if state.then:
        words = {"provider": state.then.contract.provider.name, "day": date_format(state.then.valid_from)}
        return [_("%(provider)s hjälper dig så länge, från den %(day)s.") % words]
    if state.now:
        return [_("%(provider)s hjälper dig så länge.") % {"provider": state.now.contract.provider.name}]
    return []


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


def _split(task: ContactTask, state: _State) -> list[str]:
    """Only the person's own data: other people's answers are never mentioned."""
    if state.untold:
        return _alone(state)
    said = [_("Du har valt tillsammans med den du bor med.")]
    if state.offer:
        words = {
            "provider": state.offer.contract.provider.name,
            "day": date_format(state.offer.starts_on),
            "last": date_format(state.offer.answer_by),
        }
        return [
            *said,
            _("Ni kan inte få platsen hos %(provider)s tillsammans.") % words,
            _("Vill du ha den själv, från den %(day)s? Du får svara till och med den %(last)s.") % words,
            _("Säger du nej behåller du den utförare du har, och ni fortsätter att vänta tillsammans."),
        ]
    if state.apart:
        words = {"providers": ", ".join(state.apart)}
        return [
            *said,
            _("Ni väntar inte längre tillsammans på %(providers)s. Din dag i kön är kvar.") % words,
            _("Vill du vänta för dig själv, och byta utan den du bor med?"),
        ]
    return [
        *said,
        *(_decided(state) if state.then else []),
        _("Du har sagt nej till en plats eller lämnat en kö. Då kan den du bor med få välja att byta utan dig."),
        _("Är det så du vill ha det? Du får ändra ditt val när du vill."),
    ]


def _alone(state: _State) -> list[str]:
    """The same without the household: it would tell of the answer of somebody protected, or to them."""
    if state.offer:
        words = {"day": date_format(state.offer.starts_on), "last": date_format(state.offer.answer_by)}
        return [
            _("%(provider)s har plats för dig om du vill byta dit.") % {"provider": state.offer.contract.provider.name},
            _("Vill du ha den, från den %(day)s? Du får svara till och med den %(last)s.") % words,
            _("Säger du nej behåller du den utförare du har."),
        ]
    if state.apart:
        words = {"providers": ", ".join(state.apart)}
        return [
            _("Du har kvar din dag i kön till %(providers)s.") % words,
            _("Vill du fortfarande byta dit, om det blir plats för dig?"),
        ]
    return [
        *(_decided(state) if state.then else []),
        _("Vi vill höra att allt är så som du vill ha det. Du får ändra ditt val när du vill."),
    ]


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
    Kind.SPLIT: _split,
}


def _decided(state: _State, *, because: bool = False, until: bool = False) -> list[str]:
    """Decided providers. ``because``: a reason has just been given. ``until``: include the current one."""
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
