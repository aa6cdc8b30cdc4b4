"""Self-billing documents, read back by an independent reader that checks the rules by id.

The ids are those of Peppol BIS Self-Billing 3.0 and EN 16931. Only rules relevant to our documents are checked; the
schemas and the official Schematron are not part of the repository.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

import pytest
from lxml import etree

from reimbursement.engine.outcome import Outcome
from reimbursement.engine.problem import Problem
from reimbursement.peppol import Category, Names, Party, PeppolError, Terms, self_billing

from .engine.build import computed, decision, following, person, placed, problem
from .engine.year import Year

SELLER = Party("Ärlig & Öppen <AB>", "5560360793", "SE556036079301", "Storgatan 1", "Tumba", "147 30")
BUYER = Party("Botkyrka kommun", "2120002882", "SE212000288201", "Munkhättevägen 45", "Tumba", "147 85")
TERMS = Terms("2020-11-B", date(2020, 12, 7), date(2021, 1, 6), "VON-1", "50501055", "SE:BANKGIRO")
NAMES_OF = Names(areas={}, services={"care": "Hemtjänst"})
CATEGORIES = {"exempt": Category("E", 0, "Social omsorg, 3 kap. 4 § ML"), "standard": Category("S", 2_500, None)}
NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
# Element order of UBL 2.1, for the elements in use.
ORDER = {
    "Invoice": (
        "CustomizationID ProfileID ID IssueDate DueDate InvoiceTypeCode DocumentCurrencyCode BuyerReference "
        "AccountingSupplierParty AccountingCustomerParty PaymentMeans PaymentTerms TaxTotal LegalMonetaryTotal "
        "InvoiceLine"
    ),
    "CreditNote": (
        "CustomizationID ProfileID ID IssueDate CreditNoteTypeCode DocumentCurrencyCode BuyerReference "
        "AccountingSupplierParty AccountingCustomerParty PaymentMeans PaymentTerms TaxTotal LegalMonetaryTotal "
        "CreditNoteLine"
    ),
    "Party": "EndpointID PostalAddress PartyTaxScheme PartyLegalEntity",
    "PostalAddress": "StreetName CityName PostalZone Country",
    "PaymentMeans": "PaymentMeansCode PaymentID PayeeFinancialAccount",
    "TaxCategory": "ID Percent TaxExemptionReason TaxScheme",
    "ClassifiedTaxCategory": "ID Percent TaxScheme",
    "LegalMonetaryTotal": "LineExtensionAmount TaxExclusiveAmount TaxInclusiveAmount PayableAmount",
    "InvoiceLine": "ID InvoicedQuantity LineExtensionAmount InvoicePeriod Item Price",
    "CreditNoteLine": "ID CreditedQuantity LineExtensionAmount InvoicePeriod Item Price",
}


class Document:
    """A document as read by its receiver."""

    def __init__(self, content: bytes) -> None:
        self.root = etree.fromstring(content)
        self.kind = etree.QName(self.root).localname
        self.sign = {"Invoice": 1, "CreditNote": -1}[self.kind]

    def all(self, path: str, node: Any = None) -> list[Any]:
        found: Any = (self.root if node is None else node).xpath(path, namespaces=NAMES)
        return list(found)

    def text(self, path: str, node: Any = None) -> str:
        (found,) = self.all(path, node)
        return found.text

    def money(self, path: str, node: Any = None) -> Decimal:
        return Decimal(self.text(path, node))

    @property
    def net(self) -> Decimal:
        """Amount paid to the provider before VAT; negative in a credit note."""
        return self.sign * self.money("cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount")

    def faults(self) -> set[str]:
        rules = {name: getattr(self, name) for name in dir(self) if name.startswith(("r", "br", "cl", "p"))}
        return {name for name, rule in rules.items() if callable(rule) and not rule()}

    # PEPPOL-EN16931 ------------------------------------------------------------------------------

    def r003_buyer_reference(self) -> bool:
        return bool(self.text("cbc:BuyerReference"))

    def r001_r004_r007_identifiers(self) -> bool:
        return self.text("cbc:CustomizationID") == (
            "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0"
        ) and (self.text("cbc:ProfileID") == "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0")

    def r008_no_empty_elements(self) -> bool:
        return not self.all("//*[not(*) and not(normalize-space())]")

    def r010_r020_endpoints(self) -> bool:
        return len(self.all("//cac:Party/cbc:EndpointID[@schemeID='0007']")) == 2

    def r049_organisation_numbers(self) -> bool:
        return all(luhn(node.text) for node in self.all("//*[@schemeID='0007']"))

    def r051_one_currency(self) -> bool:
        return {node.get("currencyID") for node in self.all("//*[@currencyID]")} == {"SEK"}

    def r053_r054_one_tax_total(self) -> bool:
        return len(self.all("cac:TaxTotal[cac:TaxSubtotal]")) == len(self.all("cac:TaxTotal")) == 1

    def r120_r121_line_amounts(self) -> bool:
        quantity, price = "cbc:InvoicedQuantity | cbc:CreditedQuantity", "cac:Price/cbc:PriceAmount"
        return all(
            self.money("cbc:LineExtensionAmount", line) == self.money(quantity, line) * self.money(price, line)
            for line in self.lines()
        )

    def p0100_p0101_type_codes(self) -> bool:
        return self.text("cbc:InvoiceTypeCode | cbc:CreditNoteTypeCode") == {1: "389", -1: "261"}[self.sign]

    def r_f001_dates(self) -> bool:
        dates = self.all("//cbc:IssueDate | //cbc:DueDate | //cbc:StartDate | //cbc:EndDate")
        return all(node.text == date.fromisoformat(node.text).isoformat() for node in dates)

    # EN 16931 ------------------------------------------------------------------------------------

    def lines(self) -> list[Any]:
        return self.all("cac:InvoiceLine | cac:CreditNoteLine")

    def br_16_lines_21_unique(self) -> bool:
        ids = [self.text("cbc:ID", line) for line in self.lines()]
        return bool(ids) and len(set(ids)) == len(ids)

    def br_27_price_not_negative(self) -> bool:
        return all(self.money("cac:Price/cbc:PriceAmount", line) >= 0 for line in self.lines())

    def br_dec_two_decimals(self) -> bool:
        return all(len(node.text.partition(".")[2]) <= 2 for node in self.all("//*[@currencyID]"))

    def br_co_10_13_15_16_totals(self) -> bool:
        total = "cac:LegalMonetaryTotal/cbc:"
        lines = sum(self.money("cbc:LineExtensionAmount", line) for line in self.lines())
        vat = self.money("cac:TaxTotal/cbc:TaxAmount")
        return lines == self.money(f"{total}LineExtensionAmount") == self.money(
            f"{total}TaxExclusiveAmount"
        ) and self.money(f"{total}TaxInclusiveAmount") == lines + vat == self.money(f"{total}PayableAmount")

    def br_co_14_17_18_vat(self) -> bool:
        cent = Decimal("0.01")
        found = Decimal(0)
        for node in self.all("cac:TaxTotal/cac:TaxSubtotal"):
            net, percent = self.money("cbc:TaxableAmount", node), self.money("cac:TaxCategory/cbc:Percent", node)
            vat = self.money("cbc:TaxAmount", node)
            found += vat
            if vat != (net * percent / 100).quantize(cent, ROUND_HALF_UP):
                return False
            code = self.text("cac:TaxCategory/cbc:ID", node)
            same = [
                self.money("cbc:LineExtensionAmount", line)
                for line in self.lines()
                if self.text("cac:Item/cac:ClassifiedTaxCategory/cbc:ID", line) == code
                and self.money("cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", line) == percent
            ]
            # BR-S-08, BR-E-08.
            if not same or sum(same) != net:
                return False
        return found == self.money("cac:TaxTotal/cbc:TaxAmount")

    def br_co_25_due_date_or_terms(self) -> bool:
        return bool(self.all("cbc:DueDate | cac:PaymentTerms/cbc:Note"))

    def br_e_exempt(self) -> bool:
        exempt = self.all("//cac:TaxSubtotal/cac:TaxCategory[cbc:ID='E']")
        return all(
            self.money("cbc:Percent", node) == 0 and self.text("cbc:TaxExemptionReason", node) for node in exempt
        )

    def br_s_e_02_seller_tax_number(self) -> bool:
        return bool(self.all("cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID"))

    def br_s_02_vat_number(self) -> bool:
        schemes = self.all("cac:AccountingSupplierParty//cac:PartyTaxScheme[cac:TaxScheme/cbc:ID='VAT']")
        return bool(schemes) or not self.all("//cac:TaxCategory[cbc:ID='S']")

    def br_61_account(self) -> bool:
        return bool(self.text("cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID"))

    # UBL -----------------------------------------------------------------------------------------

    def r_order_of_elements(self) -> bool:
        for node in self.all("//*"):
            order = ORDER.get(etree.QName(node).localname)
            if order:
                places = [order.split().index(etree.QName(child).localname) for child in node]
                if places != sorted(places):
                    return False
        return True


def luhn(number: str) -> bool:
    digits = [int(sign) * (2 - at % 2) for at, sign in enumerate(number)]
    return len(number) == 10 and sum(digit - 9 if digit > 9 else digit for digit in digits) % 10 == 0


def document(outcome: Outcome, provider: str = "B", seller: Party = SELLER, **terms: Any) -> Document:
    return Document(self_billing(outcome, provider, seller, BUYER, replace(TERMS, **terms), CATEGORIES, NAMES_OF))


@pytest.mark.parametrize("seed", range(3))
def test_documents_follow_the_rules_and_equal_the_basis(seed: int) -> None:
    kinds = set()
    for _, outcome in Year(Random(seed), people=5, months=5, look_back=3, news_of=2).closes():
        for provider in sorted({row.provider for row in outcome.totals}):
            try:
                found = document(outcome, provider)
            except PeppolError:
                assert all(row.ore == 0 for row in outcome.totals if row.provider == provider)
                continue
            assert found.faults() == set()
            assert found.net * 100 == sum(row.ore for row in outcome.totals if row.provider == provider)
            kinds.add(found.kind)
    assert "Invoice" in kinds


HELPED = (decision(1_500), placed("B"))


def sealed_then(*now: Any) -> tuple[Problem, Outcome]:
    november = problem(person("p1", *HELPED))
    task = following(november, computed(november), person("p1", *now))
    return task, computed(task)


def test_negative_total_is_a_credit_note() -> None:
    # All of November is repaid, and December is zero.
    _, outcome = sealed_then(decision(1_500), placed("A"))
    note = document(outcome)
    assert (note.kind, note.net, note.faults()) == ("CreditNote", Decimal("-9700.00"), set())
    (line,) = note.lines()
    assert note.money("cbc:LineExtensionAmount", line) == Decimal("9700.00")
    assert note.text("cac:Item/cbc:Name", line).startswith("Rättelse av beviljad tid, Hemtjänst, north, november 2020")


def test_adjustment_is_a_line_of_its_month() -> None:
    _, outcome = sealed_then(decision(1_500, until="2020-11-21"), decision(1_500, "2020-11-21"), placed("B"))
    assert len(document(outcome).lines()) == 1
    _, outcome = sealed_then(decision(900), placed("B"))
    now, before = document(outcome).lines()
    found = document(outcome)
    assert found.text("cac:InvoicePeriod/cbc:StartDate", now) == "2020-12-01"
    assert found.text("cac:InvoicePeriod/cbc:EndDate", before) == "2020-11-30"
    assert found.text("cbc:InvoicedQuantity", before) == "-1"


def test_document_contains_no_person() -> None:
    _, outcome = sealed_then(decision(900), placed("B"))
    content = self_billing(outcome, "B", SELLER, BUYER, TERMS, CATEGORIES, NAMES_OF)
    assert b"p1" not in content
    assert content == self_billing(outcome, "B", SELLER, BUYER, TERMS, CATEGORIES, NAMES_OF)


def test_provider_without_vat_number_may_have_exempt_lines_only() -> None:
    bare = replace(SELLER, vat_number=None)
    _, outcome = sealed_then(*HELPED)
    found = document(outcome, seller=bare)
    assert found.faults() == set()
    assert found.text("cac:AccountingSupplierParty//cac:PartyTaxScheme/cbc:CompanyID") == "Godkänd för F-skatt"
    _, outcome = sealed_then(decision(1_500, service="clean"), placed("B"))
    assert document(outcome).faults() == set()
    with pytest.raises(PeppolError, match="no VAT number"):
        document(outcome, seller=bare)


def test_missing_data_is_named() -> None:
    _, outcome = sealed_then(*HELPED)
    with pytest.raises(PeppolError, match="nothing is to be paid to C"):
        document(outcome, "C")
    with pytest.raises(PeppolError, match="tax codes without a category: exempt"):
        self_billing(outcome, "B", SELLER, BUYER, TERMS, {}, NAMES_OF)
    with pytest.raises(PeppolError, match="BuyerReference must not be empty"):
        document(outcome, buyer_reference=" ")
    with pytest.raises(PeppolError, match="control characters"):
        document(outcome, seller=replace(SELLER, name="a\x00b"))


def test_reader_detects_a_broken_document() -> None:
    """Each amount changed by one krona breaks a rule."""
    _, outcome = sealed_then(decision(900), decision(300, service="clean"), placed("B"))
    good = document(outcome)
    assert good.faults() == set()
    for number in range(len(good.all("//*[@currencyID]"))):
        spoiled = document(outcome)
        node = spoiled.all("//*[@currencyID]")[number]
        node.text = str(Decimal(node.text) + 1)
        assert spoiled.faults(), etree.QName(node).localname
