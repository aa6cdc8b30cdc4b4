"""Pages of payment: from the first month to the seal, each line down to its days, files read back."""

import csv
import io
import re

import openpyxl
import pdfplumber
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Event, Read
from choices.models import Person
from reimbursement.computing import public_reference
from reimbursement.models import ManualLine, PaymentBasis, Remark, Term
from tests.reimbursement.closing.accounts import DAY, Books, away, make_books, ore


@pytest.fixture
def books(db: None, settings) -> Books:
    settings.CLOCK_TODAY = DAY(2020, 12, 3)
    return make_books()


@pytest.fixture
def anna(books: Books) -> Client:
    return _client(books.anna.user_id)


@pytest.fixture
def bo(books: Books) -> Client:
    return _client(books.bo.user_id)


def _client(user_id: int | None) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    return client


def _text(response) -> str:
    assert response.status_code == 200, response.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text.split("<main")[1])).replace("\xa0", " ")


def _post(client: Client, name: str, *arguments: str, **data: object) -> str:
    return _text(client.post(reverse(f"casework:{name}", args=arguments), data, follow=True))


def test_a_month_from_the_first_draft_to_the_seal(books: Books, anna: Client, bo: Client, settings):
    books.moved()
    assert "4 850,00 kr" in _post(anna, "payment_months", month="2020-11")
    sent = _post(anna, "payment_step", "2020-11", "skicka", until="2020-12-03")
    assert "Hos utförarna" in sent
    assert "till och med 3 december 2020. Sedan går det att godkänna." in sent
    basis = PaymentBasis.objects.get()
    line = basis.lines.get(provider=books.world.p)
    address = reverse("casework:payment_line", args=["2020-11", line.reference])
    assert "Synpunkten är sparad" in _text(anna.post(address, {"text": "Hon kom den 15:e"}, follow=True))
    remark = Remark.objects.get()
    seen = {"seen": basis.outcome_sha256}
    assert "till och med 2020-12-03" in _post(bo, "payment_step", "2020-11", "godkann", **seen)
    settings.CLOCK_TODAY = DAY(2020, 12, 4)
    anna, bo = _client(books.anna.user_id), _client(books.bo.user_id)
    assert "synpunkter utan svar" in _post(bo, "payment_step", "2020-11", "godkann", **seen)
    assert "Svaret är sparat" in _post(anna, "payment_answer", remark.reference, text="Beslutet säger den 16:e")
    assert "kan inte själv godkänna" in _post(anna, "payment_step", "2020-11", "godkann", **seen)
    assert "är godkänt" in _post(bo, "payment_step", "2020-11", "godkann", **seen)
    assert "skickat tillbaka" in _post(bo, "payment_step", "2020-11", "tillbaka", reason="Fel pris")
    assert "är godkänt" in _post(bo, "payment_step", "2020-11", "godkann", **seen)
    assert "Månaden är låst" in _post(bo, "payment_step", "2020-11", "las")
    assert PaymentBasis.objects.get().state == "sealed"


def test_incomplete_step_shows_its_errors(books: Books, anna: Client):
    books.draft()
    address = reverse("casework:payment_step", args=["2020-11", "skicka"])
    response = anna.post(address, {"until": "i morgon"})
    assert response.status_code == 422
    assert "Rätta det här" in response.text
    assert anna.post(reverse("casework:payment_step", args=["2020-11", "hoppa"])).status_code == 404
    for month in ("2020-13", "2020-12", "nu"):
        assert anna.get(reverse("casework:payment_basis", args=[month])).status_code == 404


def test_a_line_is_explained_down_to_its_days(books: Books, anna: Client, settings):
    person = books.moved()
    away(person, DAY(2020, 11, 20), DAY(2020, 11, 28))
    line = books.draft().lines.get(provider=books.world.p)

    said = _text(anna.get(reverse("casework:payment_line", args=["2020-11", line.reference])))

    for words in (
        "2 829,17 kr",
        "437,5 minuter att betala, à 388,00 kr i timmen",
        "Sjukhus, från dag 1: 75 % betalas",
        "Rapporterades 20 november 2020",
        "1 500 minuter i månaden, 50 om dagen",
        "från 16 november 2020",
        "25–27 november 2020",
        "Beviljad tid, Hemtjänst, Norra",
    ):
        assert words in said, words
    assert person.reference not in said
    assert Read.objects.get(what="payment.line").person_reference == person.reference
    anna.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    in_english = _text(anna.get(reverse("casework:payment_line", args=["2020-11", line.reference])))
    assert "437.5 minutes to pay, at 388.00 kr an hour" in in_english
    assert "Remarks" in in_english


def test_a_payment_for_the_first_month_is_explained_by_the_day_it_began(books: Books, anna: Client):
    books.term(Term.Kind.FIRST_MONTH, tax_code="exempt", ore=50_000)
    books.moved()
    line = books.draft().lines.get(kind="first_month", provider=books.world.p)
    said = _text(anna.get(reverse("casework:payment_line", args=["2020-11", line.reference])))
    assert "Personen är ny hos utföraren den 16 november 2020" in said


def test_terms_are_written_in_the_order_of_their_fields(books: Books, anna: Client):
    books.term(Term.Kind.OVERHEAD, provider_kind="municipal", basis_points=-125)
    books.term(Term.Kind.LADDER, away="travel", planned=True, details={"steps": []})
    party = {"organisation_number": "5560000001", "vat_number": None, "street": "Gatan 1", "postal_code": "14785"}
    account = {"city": "Tumba", "account": "123-4567", "branch": "SE:BANKGIRO"}
    books.term(Term.Kind.PAYEE, provider=books.world.p, details=party | account)

    said = _text(anna.get(reverse("casework:payment_terms")))

    for words in (
        "Kommunens egen hemtjänst, −1,25 %",
        "Bortrest, planerad, betalas inte",
        "Utförare p, 5560000001, Gatan 1, 14785, Tumba, 123-4567, SE:BANKGIRO",
    ):
        assert words in said, words


def test_a_deduction_is_explained_by_its_share(books: Books, anna: Client):
    books.term(Term.Kind.OVERHEAD, provider_kind="municipal", basis_points=-150)
    books.moved()
    line = books.draft().lines.get(kind="municipal_overhead")
    said = _text(anna.get(reverse("casework:payment_line", args=["2020-11", line.reference])))
    assert "−1,5 % av 4 850,00 kr" in said
    assert "−72,75 kr" in said


def test_a_correction_is_explained_by_what_has_changed(books: Books, settings):
    person = books.moved()
    books.close(books.draft())
    away(person, DAY(2020, 11, 20), DAY(2020, 11, 28))
    settings.CLOCK_TODAY = DAY(2021, 1, 2)
    line = books.draft("2020-12").lines.get(corrects__isnull=False)
    anna = _client(books.anna.user_id)

    said = _text(anna.get(reverse("casework:payment_line", args=["2020-12", line.reference])))

    for words in ("−2 020,83 kr", "Ska vara betalt 2 829,17 kr", "Är betalt 4 850,00 kr", "frånvaro", "betalas helt"):
        assert words in said, words
    assert "4 850,00 kr" in _text(anna.get(reverse("casework:payment_basis", args=["2020-12"])))


def test_a_protected_person_is_a_reference_and_nothing_else(books: Books, anna: Client):
    person = books.moved()
    books.draft()
    page = reverse("casework:payment_provider", args=["2020-11", "p"])
    assert "A.P. 1930" in _text(anna.get(page))

    Person.objects.update(confidential=True)
    address = reverse("casework:payment_file", args=["2020-11", "p", "csv"])
    for said in (_text(anna.get(page)), anna.get(address).content.decode()):
        assert public_reference(person.reference) in said
        assert "A.P." not in said
        assert person.reference not in said
    assert Read.objects.filter(what="payment.file", person_reference=person.reference).exists()


def test_files_have_the_content_of_the_page(books: Books, anna: Client):
    person = books.moved()
    away(person, DAY(2020, 11, 20), DAY(2020, 11, 28))
    line = books.draft().lines.get(provider=books.world.p)
    # The widest letters: a reference is on one line of the document.
    line.reference = "WMWMWMWMWMWM"
    line.save()

    def got(kind: str) -> bytes:
        response = anna.get(reverse("casework:payment_file", args=["2020-11", "p", kind]))
        assert response["Content-Disposition"] == f'attachment; filename="ersattning-2020-11-p.{kind}"'
        return response.content

    _header, row = csv.reader(io.StringIO(got("csv").decode("utf-8-sig")), delimiter=";")
    assert row[9] == "2829,17"
    sheet = openpyxl.load_workbook(io.BytesIO(got("xlsx"))).active
    assert [row[9] for row in sheet.iter_rows(min_row=2, values_only=True)] == [2829.17]
    with pdfplumber.open(io.BytesIO(got("pdf"))) as pdf:
        text = "".join(page.extract_text() for page in pdf.pages).replace("\xa0", " ")
    assert line.reference in text
    assert "2 829,17 kr" in text
    kinds = [event.data["kind"] for event in Event.objects.filter(action="payment.file").order_by("id")]
    assert kinds == ["csv", "xlsx", "pdf"]
    refused = anna.get(reverse("casework:payment_file", args=["2020-11", "p", "xml"]), follow=True)
    assert "när månaden är låst" in _text(refused)


TERMS = {
    "policy": {"month_days": "30.4", "alarm_only": "fixed", "look_back_months": "12"},
    "service": {"the_service": "hemtjanst", "tax_code": "moms", "paid": "on"},
    "rate": {"area": "north", "service_type": "", "provider_kind": "private", "kronor": "388,50"},
    "fixed_sum": {"area": "", "provider_kind": "", "tax_code": "moms", "kronor": "300"},
    "ladder": {"away": "travel", "planned": "on", "steps": "1: 75, 2–5: 25"},
    "vat_compensation": {"the_provider_kind": "private", "any_tax_code": "", "percent": "1,5"},
    "municipal_overhead": {"the_provider_kind": "municipal", "any_tax_code": "moms", "percent": "-1,5"},
    "first_month": {"provider_kind": "", "tax_code": "moms", "kronor": "500"},
    "guarantee": {"tax_code": "moms", "kronor": "200"},
    "tax": {"new_tax_code": "fri", "percent": "0", "vat_account": "", "exemption": "Social omsorg"},
    "cost_account": {"line_kind": "time", "provider_kind": "", "any_tax_code": "", "account": "4650"},
    "liability_account": {"the_provider_kind": "private", "account": "2440"},
    "objects": {"area": "", "cost_centre": "4711"},
    "payee": {
        "provider": "p", "organisation_number": "5560000001", "vat_number": "SE556000000101", "street": "Gatan 1",
        "postal_code": "14785", "city": "Tumba", "bank_account": "123-4567", "branch": "SE:BANKGIRO",
    },
    "payer": {
        "organisation_number": "2120000001", "vat_number": "", "street": "Box 1", "postal_code": "14785",
        "city": "Tumba", "buyer_reference": "4711", "days": "30",
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", Term.Kind.values)
def test_each_kind_of_term_is_proposed_and_approved_on_the_pages(books: Books, anna: Client, bo: Client, kind: str):
    books.term(Term.Kind.TAX, tax_code="moms", basis_points=2500, details={"account": "2641", "reason": None})
    address = reverse("casework:payment_new_term", args=[kind])
    assert _text(anna.get(address))
    assert anna.post(address, {"reason": "Avtalet"}).status_code == 422

    data = {"first_day": "2021-01-01", "reason": "Avtalet", **TERMS[kind]}
    assert "Förslaget är sparat" in _post(anna, "payment_new_term", kind, **data)
    term = Term.objects.get(kind=kind, state="proposed")
    assert "kan inte själv godkänna" in _post(anna, "payment_term_step", term.reference, "godkann")
    assert "Ändringen är godkänd" in _post(bo, "payment_term_step", term.reference, "godkann")
    term.refresh_from_db()
    assert term.state == "approved"


def test_a_decided_sum_is_about_a_person_by_the_reference_of_the_basis(books: Books, anna: Client, bo: Client):
    books.term(Term.Kind.TAX, tax_code="moms", basis_points=2500, details={"account": "2641", "reason": None})
    person = books.moved()
    basis = books.draft()
    data = {"month": "2020-11", "provider": "p", "kronor": "-100,50", "tax_code": "moms", "reason": "Dubbel betalning"}
    data |= {"person": "FINNSINTE"}
    assert anna.post(reverse("casework:payment_manual"), data).status_code == 422
    data |= {"person": public_reference(person.reference)}
    assert "Förslaget är sparat" in _post(anna, "payment_manual", **data)
    line = ManualLine.objects.get()
    assert (line.person, line.ore) == (person.reference, -10_050)
    assert "Beloppet är godkänt" in _post(bo, "payment_manual_step", line.reference, "godkann")
    _post(anna, "payment_step", "2020-11", "rakna")
    assert ore(basis, kind="manual") == [-10_050]
