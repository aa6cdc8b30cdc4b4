"""The close of a month through the database: the worked example, states, guards, races, a killed night."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.actors import Actor
from accounts.roles import Role
from audit.models import Event
from reimbursement import closing, computing, documents, engine
from reimbursement.closing import approve, seal, send_back, send_for_remarks
from reimbursement.computing import begin, recompute
from reimbursement.manual_lines import decide_manual_line, propose_manual_line
from reimbursement.models import BasisDocument, BasisLine, ManualLine, PaymentBasis, Remark, Term
from reimbursement.nightly import compute_night
from reimbursement.remarks import answer_remark, make_remark
from reimbursement.terms import approve_term, propose_term
from tests import factories as make
from tests.allocation.racing import Meeting, both_at_once
from tests.reimbursement.closing.accounts import DAY, Books, away, make_books, ore
from tests.world import SYSTEM


@pytest.fixture
def books(db: None, settings) -> Books:
    settings.CLOCK_TODAY = DAY(2020, 12, 3)
    return make_books()


def test_the_worked_example_known_in_time(books: Books):
    away(books.moved(), DAY(2020, 11, 20), DAY(2020, 11, 28))

    basis = books.draft()

    assert basis.failure == []
    assert ore(basis) == [485_000, 282_917]
    assert engine.outcome_sha256(documents.outcome(basis)) == basis.outcome_sha256


def test_the_worked_example_reported_after_the_seal(books: Books, settings):
    person = books.moved()
    november = books.close(books.draft())
    assert ore(november) == [485_000, 485_000]

    away(person, DAY(2020, 11, 20), DAY(2020, 11, 28))
    settings.CLOCK_TODAY = DAY(2021, 1, 2)
    basis = books.draft("2020-12")

    line = basis.lines.get(corrects__isnull=False)
    assert (line.ore, line.corrects, line.provider) == (-202_083, DAY(2020, 11, 1), books.world.p)
    assert line.content["causes"] == ["absence"]
    assert ore(november) == [485_000, 485_000]


def test_a_death_known_by_the_register_precedes_a_reported_one(books: Books):
    person = books.moved()
    away(person, DAY(2020, 11, 10), None, kind="death")
    basis = books.draft()
    # Ten days, then the ladder: 75 % + 4 × 25 %.
    assert ore(basis) == [round(50 * (10 + 1.75) * 38_800 / 60)]

    person.deceased_on = DAY(2020, 11, 5)
    person.save()
    assert ore(recompute(basis=basis, actor=SYSTEM)) == [round(50 * (5 + 1.75) * 38_800 / 60)]


def test_a_merged_record_counts_as_the_one_it_is_merged_into(books: Books):
    person, bare = books.moved(), books.world.person()
    bare.placements.all().delete()
    bare.care_decisions.update(service_type=make_cleaning(books), minutes=600)
    bare.merged_into = person
    bare.save()

    basis = books.draft()

    assert {line.person for line in basis.lines.all()} == {person.reference}
    assert sorted(ore(basis)) == [194_000, 194_000, 485_000, 485_000]


def make_cleaning(books: Books):
    from providers.models import ServiceType

    cleaning = ServiceType.objects.create(code="stad", name="Städning")
    books.term(Term.Kind.SERVICE, service_type=cleaning, tax_code="exempt", details={"paid": True})
    return cleaning


def test_missing_term_is_reported_and_the_earlier_lines_stay(books: Books):
    person = books.moved()
    basis = books.draft()
    away(person, DAY(2020, 11, 20), None, kind="travel")

    basis = recompute(basis=basis, actor=SYSTEM)

    assert basis.failure == ["Frånvarotrappa saknas från 2020-11-20: Bortrest, inte planerad. Lägg in den."]
    assert ore(basis) == [485_000, 485_000]
    with pytest.raises(ValidationError, match="inte färdigräknat"):
        send_for_remarks(basis=basis, until=DAY(2020, 12, 4), actor=books.anna)


def test_without_rules_for_the_month_nothing_is_computed(books: Books):
    Term.objects.filter(kind="policy").update(replaced=True)
    assert books.draft().failure == ["Inga regler gäller 2020-11. Lägg in dem under Villkor."]


# States ----------------------------------------------------------------------------------------------------------


def test_the_months_are_closed_in_order_each_once(books: Books, settings):
    basis = books.draft()
    with pytest.raises(ValidationError, match="inte låst än"):
        begin(month="2020-12", actor=SYSTEM)
    books.close(basis)
    with pytest.raises(ValidationError, match="i ordning"):
        begin(month="2021-01", actor=SYSTEM)
    settings.CLOCK_TODAY = DAY(2020, 11, 30)
    with pytest.raises(ValidationError, match="inte börjat"):
        begin(month="2020-12", actor=SYSTEM)


def test_a_month_that_is_not_over_is_not_sent_out(books: Books, settings):
    basis = books.draft()
    settings.CLOCK_TODAY = DAY(2020, 11, 30)
    with pytest.raises(ValidationError, match="inte slut än"):
        send_for_remarks(basis=basis, until=DAY(2020, 12, 4), actor=books.anna)


def test_two_people_close_a_month(books: Books):
    basis = books.sent(books.draft())
    with pytest.raises(ValidationError, match="inte själv godkänna"):
        approve(basis=basis, seen=basis.outcome_sha256, actor=books.anna)
    with pytest.raises(IntegrityError, match="reimbursement_basis_two_people"), transaction.atomic():
        PaymentBasis.objects.update(state="approved", approved_at=basis.sent_at, approved_by_id=basis.sent_by_id)


def test_other_roles_close_nothing(books: Books):
    basis = books.draft()
    for role in Role:
        if role != Role.PAYMENTS_OFFICER:
            actor = Actor.staff(make.UserFactory.with_role(role))
            for step in (
                lambda actor: recompute(basis=basis, actor=actor),
                lambda actor: send_for_remarks(basis=basis, until=DAY(2020, 12, 4), actor=actor),
                lambda actor: approve(basis=basis, seen="", actor=actor),
                lambda actor: seal(basis=basis, actor=actor),
            ):
                with pytest.raises(PermissionDenied):
                    step(actor)


def test_only_a_basis_that_was_read_and_has_not_changed_is_approved(books: Books):
    person = books.moved()
    basis = books.sent(books.draft())
    with pytest.raises(ValidationError, match="inte längre detsamma"):
        approve(basis=basis, seen="0" * 64, actor=books.bo)

    away(person, DAY(2020, 11, 20), DAY(2020, 11, 28))
    with pytest.raises(ValidationError, match="inte längre detsamma"):
        approve(basis=basis, seen=basis.outcome_sha256, actor=books.bo)

    basis = recompute(basis=basis, actor=SYSTEM)
    assert approve(basis=basis, seen=basis.outcome_sha256, actor=books.bo).state == "approved"


def test_providers_have_their_days_and_their_answers(books: Books, settings):
    books.moved()
    basis = recompute(basis=books.draft(), actor=SYSTEM)
    basis = send_for_remarks(basis=basis, until=DAY(2020, 12, 10), actor=books.anna)
    line = basis.lines.get(provider=books.world.p)
    remark = make_remark(
        basis=basis, provider=books.world.p, line=line.reference, text="Hon kom den 15:e", actor=books.anna
    )
    assert remark.ore == 485_000
    with pytest.raises(ValidationError, match="till och med"):
        approve(basis=basis, seen=basis.outcome_sha256, actor=books.bo)
    settings.CLOCK_TODAY = DAY(2020, 12, 10)
    with pytest.raises(ValidationError, match="till och med"):
        approve(basis=basis, seen=basis.outcome_sha256, actor=books.bo)
    settings.CLOCK_TODAY = DAY(2020, 12, 11)
    with pytest.raises(ValidationError, match="utan svar"):
        approve(basis=basis, seen=basis.outcome_sha256, actor=books.bo)

    answer_remark(remark=remark, text="Beslutet gäller från den 16:e", actor=books.anna)
    assert approve(basis=basis, seen=basis.outcome_sha256, actor=books.bo).state == "approved"
    with pytest.raises(ValidationError, match="Någon annan"):
        answer_remark(remark=remark, text="En gång till", actor=books.anna)


def test_a_remark_is_about_the_providers_own_line(books: Books):
    books.moved()
    basis = books.sent(books.draft())
    others = basis.lines.get(provider=books.world.municipal)
    with pytest.raises(ValidationError, match="finns inte längre"):
        make_remark(basis=basis, provider=books.world.p, line=others.reference, text="x", actor=books.anna)
    assert not Remark.objects.exists()


def test_what_is_not_sealed_goes_back_step_by_step(books: Books):
    basis = books.approved(books.draft())
    basis = send_back(basis=basis, reason="Fel pris", actor=books.bo)
    assert (basis.state, basis.approved_by) == ("remarks", None)
    basis = send_back(basis=basis, reason="Fel pris", actor=books.bo)
    assert (basis.state, basis.sent_by) == ("draft", None)
    with pytest.raises(ValidationError, match="kan inte skickas tillbaka"):
        send_back(basis=books.close(basis), reason="Fel pris", actor=books.bo)


# The database ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["approved", "sealed"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reimbursement_basisline SET ore = 1",
        "DELETE FROM reimbursement_basisline",
        "UPDATE reimbursement_basisdocument SET sha256 = ''",
        "DELETE FROM reimbursement_basisdocument",
        "UPDATE reimbursement_paymentbasis SET outcome_sha256 = repeat('0', 64)",
        "DELETE FROM reimbursement_paymentbasis",
    ],
)
def test_an_approved_or_sealed_basis_keeps_its_content(books: Books, state: str, statement: str):
    books.moved()
    basis = books.approved(books.draft())
    if state == "sealed":
        seal(basis=basis, actor=books.bo)
    with pytest.raises(DatabaseError, match="is refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_nothing_reopens_a_sealed_month(books: Books):
    basis = books.close(books.draft())
    for state in ("draft", "remarks", "approved", "sealed"):
        with pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
            PaymentBasis.objects.filter(pk=basis.pk).update(state=state, sealed_at=None)
    assert recompute(basis=basis, actor=SYSTEM).state == "sealed"


def test_a_basis_with_another_document_is_not_sealed(books: Books):
    basis = books.sent(books.draft())
    BasisDocument.objects.filter(kind="outcome").update(sha256="0" * 64)
    PaymentBasis.objects.update(state="approved", approved_at=basis.sent_at, approved_by_id=books.bo.user_id)
    with pytest.raises(DatabaseError, match="fingerprints"), transaction.atomic():
        PaymentBasis.objects.update(state="sealed", sealed_at=basis.sent_at)


def test_a_document_that_was_exchanged_is_found(books: Books):
    basis = books.sent(books.draft())
    other = BasisDocument.objects.get(kind="problem").content_gzip
    BasisDocument.objects.filter(kind="outcome").update(content_gzip=other)
    basis = approve(basis=basis, seen=basis.outcome_sha256, actor=books.bo)
    with pytest.raises(documents.ChangedDocumentError):
        seal(basis=basis, actor=books.bo)


# Terms and manual lines --------------------------------------------------------------------------------------------


def test_a_new_price_takes_two_people_and_ends_the_old_one(books: Books):
    term = propose_term(
        term=Term(kind="rate", valid_from=DAY(2020, 11, 16), ore=40_000, reason="Nytt avtal"), actor=books.anna
    )
    with pytest.raises(ValidationError, match="inte själv godkänna"):
        approve_term(term=term, actor=books.anna)
    approve_term(term=term, actor=books.bo)

    rates = Term.objects.filter(kind="rate").order_by("valid_from").values_list("ore", "valid_until")
    assert list(rates) == [(38_800, DAY(2020, 11, 16)), (40_000, None)]
    books.moved()
    assert ore(books.draft()) == [485_000, 500_000]


def test_a_price_from_the_same_day_replaces_the_wrong_one_and_adjusts_what_is_paid(books: Books, settings):
    books.moved()
    books.close(books.draft())
    wrong = Term.objects.get(kind="rate")
    term = Term(kind="rate", valid_from=wrong.valid_from, ore=38_880, reason="Skrivfel")
    approve_term(term=propose_term(term=term, actor=books.anna), actor=books.bo)

    wrong.refresh_from_db()
    assert wrong.replaced
    settings.CLOCK_TODAY = DAY(2021, 1, 4)
    adjusted = books.draft("2020-12").lines.filter(corrects__isnull=False)
    assert sorted(ore for (ore,) in adjusted.values_list("ore")) == [-485_000, -485_000, 486_000, 486_000]


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"kind": "rate"}, "amounts"),
        ({"kind": "policy", "valid_from": DAY(2020, 11, 2)}, "whole_months"),
        ({"kind": "first_month", "ore": 1}, "tax_code"),
        ({"kind": "ladder"}, "about"),
        ({"kind": "rate", "ore": 1, "line_kind": "time"}, "about"),
        ({"kind": "rate", "ore": 1}, "no_overlap"),
        ({"kind": "tax", "tax_code": "x", "basis_points": 2500, "decided_by": "anna"}, "two_people"),
    ],
)
def test_the_database_refuses_impossible_terms(books: Books, fields: dict, constraint: str):
    decided = {"state": "approved", "proposed_by_id": books.anna.user_id, "decided_at": "2020-11-01T00:00Z"}
    decided["decided_by_id"] = books.anna.user_id if fields.pop("decided_by", "") else books.bo.user_id
    with pytest.raises(IntegrityError, match=f"reimbursement_term_{constraint}"), transaction.atomic():
        Term.objects.create(**{"valid_from": DAY(2020, 11, 1), "reason": "x", **decided, **fields})


def test_a_ladder_with_a_gap_is_refused(books: Books):
    steps = [{"first": 1, "last": 1, "percent": 75}, {"first": 3, "last": 5, "percent": 25}]
    term = Term(kind="ladder", away="travel", valid_from=DAY(2020, 11, 1), details={"steps": steps}, reason="x")
    with pytest.raises(ValidationError, match="ska börja dag 2"):
        propose_term(term=term, actor=books.anna)


def test_a_decided_sum_of_a_sealed_month_is_an_adjustment(books: Books, settings):
    basis = books.close(books.draft())
    line = ManualLine(
        month=basis.month, provider=books.world.p, tax_code="exempt", ore=-12_345, reason="Dubbel betalning i mars"
    )
    line = propose_manual_line(line=line, actor=books.anna)
    with pytest.raises(ValidationError, match="inte själv godkänna"):
        decide_manual_line(line=line, approve=True, actor=books.anna)
    decide_manual_line(line=line, approve=True, actor=books.bo)

    settings.CLOCK_TODAY = DAY(2021, 1, 4)
    corrected = books.draft("2020-12").lines.get()
    assert (corrected.ore, corrected.corrects, corrected.kind) == (-12_345, basis.month, "manual")


# Night and races -------------------------------------------------------------------------------------------------


def test_the_night_computes_once_a_day_and_begins_the_next_month(books: Books, settings):
    assert compute_night(actor=SYSTEM) is None
    books.close(books.draft())
    assert compute_night(actor=SYSTEM).month_text == "2020-12"
    assert compute_night(actor=SYSTEM) is None
    settings.CLOCK_TODAY = DAY(2020, 12, 4)
    assert compute_night(actor=SYSTEM).month_text == "2020-12"


@pytest.mark.django_db(transaction=True)
def test_a_night_killed_in_between_has_changed_nothing_and_is_done_by_the_next(settings, monkeypatch):
    settings.CLOCK_TODAY = DAY(2020, 12, 3)
    books = make_books()
    person = books.moved()
    basis = books.draft()
    before = _stored(basis)
    away(person, DAY(2020, 11, 20), DAY(2020, 11, 28))
    settings.CLOCK_TODAY = DAY(2020, 12, 4)

    def killed(basis, outcome):
        rows = list(real(basis, outcome))
        yield rows[0]
        # The connection is cut while lines are being stored.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    real = computing._rows
    monkeypatch.setattr(computing, "_rows", killed)
    with pytest.raises(DatabaseError):
        compute_night(actor=SYSTEM)
    connection.close()
    assert _stored(basis) == before

    monkeypatch.setattr(computing, "_rows", real)
    compute_night(actor=SYSTEM)
    compute_night(actor=SYSTEM)
    assert ore(basis) == [485_000, 282_917]
    assert basis.documents.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["approve", "seal"])
def test_a_step_killed_in_between_is_not_taken_and_can_be_taken_again(settings, monkeypatch, step: str):
    settings.CLOCK_TODAY = DAY(2020, 12, 3)
    books = make_books()
    books.moved()
    basis = books.sent(books.draft()) if step == "approve" else books.approved(books.draft())
    before, logged = _stored(basis), Event.objects.count()

    def take() -> PaymentBasis:
        if step == "approve":
            return approve(basis=basis, seen=basis.outcome_sha256, actor=books.bo)
        return seal(basis=basis, actor=books.bo)

    def killed(**_fields: object) -> None:
        # The row is written, the log is not.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as patched:
        patched.setattr(closing, "record", killed)
        with pytest.raises(DatabaseError):
            take()
    connection.close()
    assert (_stored(basis), Event.objects.count()) == (before, logged)

    assert take().state == ("approved" if step == "approve" else "sealed")


def _stored(basis: PaymentBasis) -> list[object]:
    found = [BasisLine.objects.filter(basis=basis), BasisDocument.objects.filter(basis=basis)]
    return [list(rows.order_by("pk").values()) for rows in found] + list(PaymentBasis.objects.values())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["approve", "seal"])
@pytest.mark.parametrize("lock", ["off", "on"])
def test_two_officers_at_once_take_a_step_once(settings, monkeypatch, step: str, lock: str):
    """Without the lock the database still refuses the second one, with less friendly words."""
    settings.CLOCK_TODAY = DAY(2020, 12, 3)
    books = make_books()
    basis = books.sent(books.draft()) if step == "approve" else books.approved(books.draft())
    if lock == "off":
        monkeypatch.setattr(closing, "locked", lambda basis: PaymentBasis.objects.get(pk=basis.pk))
    monkeypatch.setattr(closing, "_save", Meeting(lock=lock).before(closing._save))

    def take():
        if step == "approve":
            return approve(basis=basis, seen=basis.outcome_sha256, actor=books.bo)
        return seal(basis=basis, actor=books.bo)

    kinds = sorted(type(result).__name__ for result in both_at_once(take, take))
    assert kinds == (["PaymentBasis", "ValidationError"] if lock == "on" else ["IntegrityError", "PaymentBasis"])
    assert PaymentBasis.objects.get().state == ("approved" if step == "approve" else "sealed")


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_begin_a_month_once(settings, monkeypatch):
    settings.CLOCK_TODAY = DAY(2020, 12, 3)
    make_books()
    monkeypatch.setattr(PaymentBasis, "save", Meeting(lock="off").before(PaymentBasis.save))

    def begun():
        return begin(month="2020-11", actor=SYSTEM)

    results = both_at_once(begun, begun)

    assert sorted(type(result).__name__ for result in results) == ["PaymentBasis", "ValidationError"]
    assert PaymentBasis.objects.get().month_text == "2020-11"
