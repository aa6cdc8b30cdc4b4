"""A database state for every kind of work: each function creates one and returns its key in the list."""

import datetime
from collections.abc import Callable

from allocation.models import ContactTask, ProviderExit, RunFailure
from choices.models import ProtectionChange, RegisterTask
from citizens.models import FaultReport
from common import clock
from followup.models import ProviderCheck
from handover.models import Order
from letters.models import AppealRule, Letter, PrintBatch, ReturnedLetter, RoundProof
from providers.models import ProfileChange, QuotaChange
from tests import factories as make
from tests.desk.payment_states import PAYMENT_STATES, TODAY


def task(**fields: object) -> ContactTask:
    made: ContactTask = make.ContactTaskFactory.create(**{"run": None, **fields})
    return made


def _call(kind: str) -> Callable[[], str]:
    def state() -> str:
        code = {"gap": "utan:", "exit": "upphor:", "asked": "bett:"}.get(kind, "samtal:")
        return code + task(kind=kind).reference

    return state


def _new(**placement: object) -> Callable[[], str]:
    def state() -> str:
        person = make.PersonFactory.create()
        make.CareDecisionFactory.create(person=person, decided_on=TODAY - datetime.timedelta(days=3))
        if placement:
            make.PlacementFactory.create(person=person, valid_from=TODAY, **placement)
        return f"nytt:{person.reference}"

    return state


def _returned() -> str:
    letter = make.LetterFactory.create(rendered=True)
    ReturnedLetter.objects.create(letter=letter, reason="moved", returned_on=TODAY)
    return f"retur:{letter.reference}"


def _held(reason: str) -> Callable[[], str]:
    return lambda: f"stoppat:{make.LetterFactory.create(route=Letter.Route.HOLD, hold_reason=reason).reference}"


def _failure(kind: str) -> Callable[[], str]:
    return lambda: f"korning:{RunFailure.objects.create(kind=kind, business_date=TODAY, error='x').pk}"


def _at_the_printer() -> str:
    """With a letter to a person who became protected afterwards."""
    now = clock.now()
    made = PrintBatch.objects.create(
        status="handed_over", stack="post", letters_count=1, pages_count=1, sheets_count=1, manifest_sha256="0" * 64,
        approved_at=now, handed_over_at=now,
    )  # fmt: skip
    make.LetterFactory.create(batch=made, person=make.PersonFactory.create(protected=True))
    return f"tryckeri:{made.reference}"


def _protection() -> str:
    person = make.PersonFactory.create(protected=True)
    change = ProtectionChange.objects.create(
        person=person, confidential=False, protected_registration=False, reason="Upphört",
        proposed_by=make.UserFactory.create(),
    )  # fmt: skip
    return f"skydd:{change.reference}"


def _exit() -> str:
    exit: ProviderExit = make.ExitFactory.create()
    return f"avslut:{exit.reference}"


def _told(kind: str) -> Callable[[], str]:
    def told() -> str:
        made = RegisterTask.objects.create(person=make.PersonFactory.create(), kind=kind, told="20201120")
        return f"folkbokforing:{made.reference}"

    return told


def _approved_night() -> str:
    run = make.RunFactory.create(kind="night", round=None, seed="5f", label="natt", approved=True)
    return str(run.reference)


def _quota() -> str:
    change = QuotaChange(area=make.AreaFactory.create(), share_bp=3000, valid_from=TODAY, reason="Fler platser")
    return _proposed(change, "kvot")


def _presentation() -> str:
    change = ProfileChange(provider=make.ProviderFactory.create(), part="facts", after={}, reason="Nytt nummer")
    return _proposed(change, "presentation")


def _proof() -> str:
    round = make.ChoiceRoundFactory.create(code="varen-2021")
    _proposed(RoundProof(round=round, content={}, reason="Korrektur"), "")
    return f"korrektur:{round.code}"


def _proposed(proposal: QuotaChange | ProfileChange | RoundProof, code: str) -> str:
    proposal.proposed_by = make.UserFactory.create()
    proposal.save()
    return f"{code}:{proposal.reference}"


def batch(**fields: object) -> PrintBatch:
    counts = {"letters_count": 628, "pages_count": 628, "sheets_count": 628, "manifest_sha256": "0" * 64}
    made: PrintBatch = PrintBatch.objects.create(**{"stack": "post-2020-11-23", **counts, **fields})
    return made


def _text() -> str:
    text = make.LetterTextFactory.create(kind="receipt", version=7, proposed_by=make.UserFactory.create())
    return f"brevtext:{text.kind}_{text.language}_{text.version}"


def _appeal() -> str:
    rule = AppealRule.objects.create(kind="decision", legal_basis="SoL", proposed_by=make.UserFactory.create())
    return f"overklagande:{rule.pk}"


def _death() -> str:
    dead, left = make.PersonFactory.create(deceased=True), make.PersonFactory.create()
    make.make_household(dead, left)
    return f"dodsfall:{dead.reference}"


def _protected_in_household() -> str:
    """A household of protected people only is no work."""
    make.make_household(*make.PersonFactory.create_batch(2, confidential=True))
    hidden, other = make.PersonFactory.create(confidential=True), make.PersonFactory.create()
    household = make.make_household(hidden, other)
    return f"skyddad-i-hushall:{household.members.get(person=hidden).pk}"


def _unserved() -> str:
    person = make.PersonFactory.create()
    # No longer new, and a day too early for the list of decisions that are not executed.
    decided = TODAY - datetime.timedelta(days=61)
    make.CareDecisionFactory.create(person=person, decided_on=decided, valid_from=decided)
    return f"ingen:{person.reference}"


def _not_executed() -> str:
    """Executed late, without a reason: somebody without a provider is in the list for that too."""
    person = make.PersonFactory.create()
    decided = TODAY - datetime.timedelta(days=200)
    decision = make.CareDecisionFactory.create(person=person, decided_on=decided, valid_from=decided)
    make.PlacementFactory.create(person=person, valid_from=TODAY - datetime.timedelta(days=9))
    return f"ej-verkstallt:{person.reference}_{decision.service_type.pk}_{decided}"


def _interim_for_good() -> str:
    person = make.PersonFactory.create()
    make.CareDecisionFactory.create(person=person, decided_on=TODAY - datetime.timedelta(days=200))
    make.ChoiceFactory.create(person=person, declines_to_choose=True)
    make.PlacementFactory.create(person=person, interim=True)
    return f"tillfallig:{person.reference}"


def _untold_run() -> str:
    row = make.OutcomeRowFactory.create(run=make.RunFactory.create(applied=True))
    placement = make.PlacementFactory.create(person=row.person, run=row.run)
    make.CareDecisionFactory.create(person=placement.person)
    return f"obesked:{row.run.reference}"


def _untold_by_hand() -> str:
    placement = make.PlacementFactory.create(decided_by=make.UserFactory.create(), reason="Eget beslut")
    return f"obesked-hand:{placement.pk}"


def _doubled() -> str:
    facts = {"starts_on": "2021-01-11", "provider": {"code": "lindens"}}
    first = make.LetterFactory.create(run=make.RunFactory.create(applied=True), facts=facts)
    again = make.LetterFactory.create(person=first.person, run=None, cause_on=TODAY, facts=facts)
    return f"dubbelt:{again.reference}"


def _check(**fields: object) -> str:
    made = ProviderCheck.objects.create(
        provider=make.ProviderFactory.create(), kind="tax", made_on=TODAY - datetime.timedelta(days=90),
        made_by=make.UserFactory.create(), note="Sökt", **fields,
    )  # fmt: skip
    return str(made.reference)


def _order(code: str, *, asks: bool = False, **fields: object) -> Callable[[], str]:
    def state() -> str:
        placement = make.PlacementFactory.create()
        order = Order.objects.create(
            **{"kind": "start", "placement": placement, "person": placement.person, "day": TODAY, **fields}
        )
        if asks:
            order.messages.create(text="Finns det hiss?", from_provider=True, waits=True)
        return f"{code}:{order.reference}"

    return state


_LATER = TODAY + datetime.timedelta(days=9)


STATES: dict[str, Callable[[], str]] = {
    **PAYMENT_STATES,
    "a letter at the printer": _at_the_printer,
    **{f"call {kind}": _call(kind) for kind in ContactTask.Kind.values},
    "an offer waits for an answer": lambda: f"erbjudande:{make.OfferFactory.create().reference}",
    "a form nobody has said whose it is": lambda: f"blankett:{make.ScanFactory.create().reference}",
    "a form of somebody": lambda: f"blankett:{make.ScanFactory.create(person=make.PersonFactory.create()).reference}",
    "new, with nobody": _new(),
    "new, with an interim provider": _new(interim=True),
    "a complaint to answer": lambda: f"synpunkt:{make.ComplaintFactory.create().reference}",
    "a remark to be remedied": lambda: f"anmarkning:{_check(remark='Skuld', remedy_by=TODAY)}",
    "a check to make": lambda: f"kontroll:{_check(next_on=TODAY)}",
    "a letter came back": _returned,
    "no address": _held("Adressen saknas eller är inte hel."),
    "the representative has no address": _held("Företrädarens adress saknas eller är inte hel."),
    "a copy about somebody protected": _held("Kopian gäller någon med skyddade uppgifter. Skicka den för hand."),
    "protected mail": lambda: f"skyddad:{make.LetterFactory.create(route='protected', rendered=True).reference}",
    "a death in a household": _death,
    "a protected member of a household": _protected_in_household,
    "a proposal": lambda: f"fordelning:{make.RunFactory.create(proposed_by=make.UserFactory.create()).reference}",
    "an exit to decide": lambda: f"avslut-beslut:{make.ExitFactory.create(status='proposed').reference}",
    "an approved run": lambda: f"fordelning:{_approved_night()}",
    "a failed night": _failure("night"),
    "a failed round": _failure("round"),
    "a provider leaves": _exit,
    **{f"the register: {kind}": _told(kind) for kind in RegisterTask.Kind.values},
    "a name that the font cannot set": _held(
        "Namnet eller adressen har tecken som brevet inte kan visa. Skriv dem med latinska bokstäver."
    ),
    "an order that is not received": _order("ej-mottaget", day=_LATER, receive_by=TODAY - datetime.timedelta(days=1)),
    "an end that is not received": _order("ej-mottaget", kind="end", receive_by=TODAY - datetime.timedelta(days=1)),
    "no first visit": _order("forsta-besok", receive_by=TODAY),
    "a question of a provider": _order("utforare-fragar", asks=True, day=_LATER, receive_by=TODAY),
    "in care with nobody": _unserved,
    "a decision that is not executed": _not_executed,
    "an interim provider and nothing that changes it": _interim_for_good,
    "a run without letters": _untold_run,
    "a placement by hand without a letter": _untold_by_hand,
    "two letters for one decision": _doubled,
    "a quota to approve": _quota,
    "a presentation to approve": _presentation,
    "a proof to read": _proof,
    "a print batch to approve": lambda: f"utskrift:{batch().reference}",
    "a text to approve": _text,
    "an appeal rule to approve": _appeal,
    "protection to lift": _protection,
    "somebody asks for an address": lambda: f"adress:{make.AddressLookFactory.create().reference}",
    "something on the website does not work": lambda: f"fel:{FaultReport.objects.create(words='Knappen').reference}",
}
