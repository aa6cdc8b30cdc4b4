"""Files for finance from a sealed month in the database, read back by independent readers."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from audit.models import Event
from reimbursement.files import accounts_file, provider_file
from reimbursement.models import Term
from tests.reimbursement.closing.accounts import DAY, Books, make_books
from tests.reimbursement.test_peppol import Document
from tests.reimbursement.test_sie import read_back

T = Term.Kind
# Numbers made for tests: the check digits are right, the companies do not exist.
PARTY = {"vat_number": None, "street": "Gatan 1", "postal_code": "14785", "city": "Tumba"}
PAYEE = PARTY | {"organisation_number": "5560000001", "account": "123-4567", "branch": "SE:BANKGIRO"}
PAYER = PARTY | {"organisation_number": "2120000001", "buyer_reference": "4711", "days": 30}


@pytest.fixture
def books(db: None, settings) -> Books:
    settings.CLOCK_TODAY = DAY(2020, 12, 3)
    return make_books()


def _finance_terms(books: Books) -> None:
    books.term(T.TAX, tax_code="exempt", basis_points=0, details={"account": None, "reason": "Social omsorg"})
    books.term(T.COST_ACCOUNT, details={"account": "4631"})
    for kind, account in (("municipal", "2910"), ("private", "2441"), ("non_profit", "2441")):
        books.term(T.LIABILITY_ACCOUNT, provider_kind=kind, details={"account": account})
    books.term(T.OBJECTS, details={"cost_centre": "500"})
    books.term(T.OBJECTS, area=books.world.north, details={"cost_centre": "510"})
    books.term(T.PAYEE, provider=books.world.p, details=PAYEE)
    books.term(T.PAYER, details=PAYER)


def test_vouchers_and_invoice_of_a_sealed_month(books: Books):
    _finance_terms(books)
    books.moved()
    basis = books.close(books.draft())

    head, vouchers = read_back(accounts_file(basis=basis, actor=books.anna).content)
    assert head["#SIETYP"] == ["4"]
    assert [sum(amount for _account, _objects, amount in voucher["rows"]) for voucher in vouchers] == [0, 0]
    costs = [row for voucher in vouchers for row in voucher["rows"] if row[0] == "4631"]
    assert [row[1:] for row in costs] == [(("1", "510"), Decimal("4850.00"))] * 2

    invoice = Document(provider_file(basis=basis, provider=books.world.p, kind="xml", actor=books.anna).content)
    assert invoice.text("//cac:Item/cbc:Name") == "Beviljad tid, Hemtjänst, Norra, november 2020, 388,00 kr i timmen"
    assert (invoice.kind, invoice.net, invoice.faults()) == ("Invoice", Decimal("4850.00"), set())
    assert Event.objects.filter(action="payment.file").count() == 2


def test_what_is_missing_for_finance_is_told_in_words(books: Books):
    books.moved()
    basis = books.draft()
    with pytest.raises(ValidationError, match="när månaden är låst"):
        accounts_file(basis=basis, actor=books.anna)
    basis = books.close(basis)
    with pytest.raises(ValidationError, match="Kommunens uppgifter på fakturor saknas"):
        accounts_file(basis=basis, actor=books.anna)
    books.term(T.PAYER, details=PAYER)
    with pytest.raises(ValidationError, match="Betalningsuppgifter saknas för Utförare p"):
        provider_file(basis=basis, provider=books.world.p, kind="xml", actor=books.anna)
    with pytest.raises(ValidationError) as missing:
        accounts_file(basis=basis, actor=books.anna)
    assert missing.value.messages == [
        "Kostnadsställe saknas för område Norra.",
        "Skuldkonto saknas för driftsform Kommunens egen hemtjänst.",
        "Skuldkonto saknas för driftsform Företag.",
        "Momskoden exempt saknar procentsats eller konto.",
        "Kostnadskonto saknas för Beviljad tid, driftsform Kommunens egen hemtjänst, momskod exempt.",
        "Kostnadskonto saknas för Beviljad tid, driftsform Företag, momskod exempt.",
    ]
