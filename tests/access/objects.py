"""Test objects of the pages: of each kind one in the own area, one in another area, and a protected one.

Three people live in the test data: own, another area's, protected. A kind with a single object is the same for
everybody.
"""

import datetime
from dataclasses import replace

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import RIGHTS, Role
from administration.models import RunRequest
from allocation.models import ContactTask, Offer
from audit.models import Read
from choices.models import Person, ProtectionChange
from common import clock
from desk.models import Scan
from desk.scans import path_of
from followup.models import Complaint, ProviderCheck, Survey
from followup.survey import start_survey
from handover.models import Order
from letters.files import write_whole
from letters.models import AppealRule, PrintBatch
from letters.selectors import print_batch_path
from letters.services import load_texts
from oversight.models import LogReview
from oversight.review.services import begin_review
from providers.models import ProfileChange, QuotaChange, ServiceType
from reimbursement.closing import send_for_remarks
from reimbursement.computing import begin, recompute
from reimbursement.models import ManualLine, Term
from reimbursement.remarks import make_remark
from reimbursement.terms import load_term
from tests import factories as make
from tests.access.rows import Case
from tests.town import Town

# Kinds with three objects.
VARY = {
    *("person", "letter", "scan", "call", "offer", "queue", "gap", "complaint", "client", "order", "handover"),
}


def make_objects(town: Town) -> dict[str, dict[Case, str] | str]:
    """Kind → URL argument: by case, or the same for all."""
    stranger = make.PersonFactory.create(area=town.areas[1], family_name="Främling")
    make.CareDecisionFactory.create(person=stranger)
    make.PlacementFactory.create(person=stranger, contract=town.municipal.contracts.get(area=town.areas[1]))
    for person in (stranger, town.protected):
        make.ChoiceFactory.create(person=person, round=town.round, ranking=[town.companies[0]])
    clients = _clients(town)
    persons = {Case.OWN: town.person, Case.OTHERS: stranger, Case.PROTECTED: town.protected}
    letters = {
        Case.OWN: town.letter,
        Case.OTHERS: make.LetterFactory.create(person=stranger, run=town.run, rendered=True),
        Case.PROTECTED: town.protected_letter,
    }
    return {
        "person": {case: person.reference for case, person in persons.items()},
        "letter": {case: letter.reference for case, letter in letters.items()},
        "scan": {case: _scan(town, person).reference for case, person in persons.items()},
        "call": {case: _call(town, person).reference for case, person in persons.items()},
        "offer": {case: _offer(town, person).reference for case, person in persons.items()},
        # By area: only a user with all areas covers the middle one.
        "queue": {Case.OWN: "norra", Case.OTHERS: "sodra", Case.PROTECTED: _middle(town)},
        "gap": {case: _served_late(person).reference for case, person in persons.items()},
        "complaint": {case: _complaint(town, person).reference for case, person in persons.items()},
        "check": _check(town).reference,
        "survey": str(_survey().year),
        "client": {case: person.reference for case, person in clients.items()},
        "handover": {case: _order(person).reference for case, person in persons.items()},
        "order": {case: _order(person).reference for case, person in clients.items()},
        "address_question": make.AddressLookFactory.create(person=town.protected).reference,
        "protection_change": _protection_change(town),
        "review": _review(town).reference,
        "exit": town.exit.reference,
        "batch": _batch(town).reference,
        "appeal": str(_appeal(town).pk),
        "new_scan": town.scan.reference,
        **_quotas(town),
        "run": town.run.reference,
        "night": make.RunFactory.create(kind="night", round=None, seed="ab" * 32, label="natt").reference,
        "user": str(town.staff[Role.MANAGER].pk),
        "colleague": str(town.staff[Role.PROVIDER_STAFF].pk),
        "other_provider_user": str(make.UserFactory.with_role(Role.PROVIDER_STAFF, provider=town.companies[1]).pk),
        **_payment(town),
        "run_request": RunRequest.objects.create(dry=True, asked_by=town.staff[Role.ADMIN]).reference,
    }


def _clients(town: Town) -> dict[Case, Person]:
    """Of the first company and of another. They have nothing but a provider, so no other page changes by them."""
    first, second = (company.contracts.get(area=town.areas[0]) for company in town.companies[:2])
    found = {}
    for case, contract in ((Case.OWN, first), (Case.OTHERS, second), (Case.PROTECTED, first)):
        found[case] = make.PersonFactory.create(area=town.areas[0], confidential=case == Case.PROTECTED)
        make.CareDecisionFactory.create(person=found[case])
        make.PlacementFactory.create(person=found[case], contract=contract)
    return found


def _order(person: Person) -> Order:
    placement = person.placements.get()
    return Order.objects.create(
        kind=Order.Kind.START, placement=placement, person=person, day=placement.valid_from, receive_by=clock.today()
    )


def _protection_change(town: Town) -> str:
    change = ProtectionChange.objects.create(
        person=town.protected,
        confidential=False,
        protected_registration=False,
        reason="Beslutet har upphört",
        proposed_by=town.staff[Role.SENIOR_OFFICER],
    )
    return str(change.reference)


def _batch(town: Town) -> PrintBatch:
    batch: PrintBatch = PrintBatch.objects.create(
        stack="post-2020-11-23", letters_count=1, pages_count=1, sheets_count=1, manifest_sha256="0" * 64
    )
    write_whole(print_batch_path(batch), b"x")
    return batch


def _appeal(town: Town) -> AppealRule:
    # Letters are previewed in the seeded texts.
    load_texts(actor=Actor.system("test"))
    rule: AppealRule = AppealRule.objects.create(
        kind="decision", legal_basis="SoL", proposed_by=town.staff[Role.MANAGER]
    )
    return rule


def _quotas(town: Town) -> dict[str, str]:
    contract = town.companies[0].contracts.get(area=town.areas[0])
    admin = town.staff[Role.MANAGER]
    change = QuotaChange.objects.create(
        contract=contract, minutes=60, valid_from=clock.today(), reason="Avtalet", proposed_by=admin
    )
    profile = ProfileChange.objects.create(
        provider=town.companies[1], part="facts", after={"owner": "En stiftelse"}, reason="Ny", proposed_by=admin
    )
    return {
        "contract": str(contract.pk),
        "ceiling": str(contract.ceilings.get().pk),
        "quota_change": change.reference,
        "profile_change": profile.reference,
    }


def _payment(town: Town) -> dict[str, str]:
    """October with the providers for remarks: everybody has lines, the protected person too."""
    first, second = town.staff[Role.MANAGER], town.staff[Role.PAYMENTS_OFFICER]
    terms = [
        Term(kind="policy", details={"month_days": "calendar", "alarm_only": "nothing", "look_back_months": 12}),
        Term(kind="tax", tax_code="undantagen", basis_points=0, details={"account": None, "reason": "Social omsorg"}),
        *(
            Term(kind="service", service_type=service, tax_code="undantagen", details={"paid": service.follows_choice})
            for service in ServiceType.objects.all()
        ),
        Term(kind="rate", ore=38_800),
    ]
    for term in terms:
        term.valid_from, term.reason = make.LONG_AGO, "Nämndens beslut"
        load_term(term=term, proposed_by=first.pk, approved_by=second.pk, actor=Actor.system("test"))
    basis = recompute(basis=begin(month="2020-10", actor=Actor.system("test")), actor=Actor.system("test"))
    basis = send_for_remarks(basis=basis, until=clock.today(), actor=_with_payment(first))
    line = basis.lines.get(person=town.person.reference)
    remark = make_remark(
        basis=basis, provider=line.provider, line=line.reference, text="Fel antal dagar", actor=_with_payment(first)
    )
    proposed = {"reason": "Avtalet", "proposed_by": first}
    term = Term.objects.create(kind="rate", valid_from=clock.today(), ore=40_000, **proposed)
    manual = ManualLine.objects.create(
        month=basis.month, provider=line.provider, tax_code="undantagen", ore=100, **proposed
    )
    own = basis.lines.filter(provider=town.companies[0]).first()
    assert own is not None
    return {
        "own_payment_line": own.reference,
        "payment_line": line.reference,
        "remark": remark.reference,
        "term": term.reference,
        "manual_line": manual.reference,
    }


def _with_payment(user: User) -> Actor:
    return replace(Actor.staff(user), rights=RIGHTS[Role.PAYMENTS_OFFICER])


def _middle(town: Town) -> str:
    area = make.AreaFactory.create(code="mitten", name="Mitten")
    make.ContractFactory.create(provider=town.companies[0], area=area)
    return area.code


def _scan(town: Town, person: Person) -> Scan:
    scan: Scan = make.ScanFactory.create(person=person, added_by=town.staff[Role.SENIOR_OFFICER])
    write_whole(path_of(scan), b"x")
    return scan


def _call(town: Town, person: Person) -> ContactTask:
    if person == town.person:
        return town.call
    task: ContactTask = make.ContactTaskFactory.create(person=person, run=town.run)
    return task


def _offer(town: Town, person: Person) -> Offer:
    contract = town.companies[0].contracts.get(area=person.area)
    offer: Offer = make.OfferFactory.create(person=person, contract=contract, run=town.run)
    return offer


def _served_late(person: Person) -> Person:
    """Help granted a year before anybody served."""
    year_before = datetime.date(2015, 1, 1)
    make.CareDecisionFactory.create(
        person=person, decided_on=year_before, valid_from=year_before, valid_until=make.LONG_AGO
    )
    return person


def _complaint(town: Town, person: Person) -> Complaint:
    complaint: Complaint = make.ComplaintFactory.create(
        person=person, area=person.area, provider=town.municipal, received_by=town.staff[Role.CASE_OFFICER]
    )
    return complaint


def _survey() -> Survey:
    today = clock.today()
    return start_survey(opens_on=today, closes_on=today, actor=Actor.system("test"))


def _check(town: Town) -> ProviderCheck:
    """With a remark to be remedied."""
    check: ProviderCheck = ProviderCheck.objects.create(
        provider=town.companies[0], kind="tax", made_on=make.LONG_AGO, made_by=town.staff[Role.ADMIN], note="Sökt",
        remark="Skuld", remedy_by=make.LONG_AGO,
    )  # fmt: skip
    return check


def _review(town: Town) -> LogReview:
    """A log review of yesterday's accesses to the test people, the protected one among them."""
    yesterday = clock.now() - datetime.timedelta(days=1)
    Read.objects.bulk_create(
        Read(user=town.staff[Role.SENIOR_OFFICER], person_reference=person.reference, what="person", at=yesterday)
        for person in (town.person, town.protected)
    )
    day = yesterday.date()
    actor = Actor.staff(town.staff[Role.LOG_REVIEWER])
    return begin_review(period_from=day, period_to=day, sample_size=10, actor=actor)
