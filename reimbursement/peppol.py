"""Writer of Peppol BIS Self-Billing 3.0 documents (UBL 2.1): the municipality invoices on behalf of a provider.

A positive total gives an Invoice (type 389), a negative one a CreditNote (type 261) with reversed signs. Lines are
summed over people: the document contains no personal data. Pure function to bytes, the same for the same input.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from lxml import etree

from reimbursement.engine.explain import WHAT, in_words, kronor
from reimbursement.engine.months import ONE_DAY, first_day, later
from reimbursement.engine.outcome import Outcome
from reimbursement.vat import vat

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0"
PROFILE = "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = f"{UBL}CommonAggregateComponents-2", f"{UBL}CommonBasicComponents-2"
ORGANISATION_NUMBER = "0007"  # ISO 6523
ONE = "C62"  # UN/ECE Recommendation 20

Element: TypeAlias = Any  # lxml has no types.
# Month, kind, area, service, tax code, price, whether it is an adjustment.
Group = tuple[str, str, str, str, str, int, bool]


class PeppolError(ValueError):
    """A tax code without a category, or a party without what the format requires."""


@dataclass(frozen=True, slots=True)
class Party:
    """`organisation_number`: ten digits. `vat_number`: SE…01, None for a provider that is not registered for VAT."""

    name: str
    organisation_number: str
    vat_number: str | None
    street: str
    city: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class Category:
    """VAT category: S with a rate, or E (exempt) with rate 0 and the reason."""

    code: Literal["S", "E"]
    basis_points: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """`account`: bank account of the provider; `branch`: SE:BANKGIRO, SE:PLUSGIRO or a BIC."""

    number: str
    issued_on: date
    due_on: date
    buyer_reference: str
    account: str
    branch: str


@dataclass(frozen=True, slots=True)
class Names:
    """Names of areas and services by code, for the texts of lines. A code without a name is written itself."""

    areas: Mapping[str, str]
    services: Mapping[str, str]


def self_billing(
    outcome: Outcome,
    provider: str,
    seller: Party,
    buyer: Party,
    terms: Terms,
    categories: Mapping[str, Category],
    names: Names,
) -> bytes:
    """Raises PeppolError. `categories`: by tax code."""
    groups = _groups(outcome, provider)
    if not groups:
        raise PeppolError(f"nothing is to be paid to {provider}")
    if unknown := sorted({key[4] for key in groups} - categories.keys()):
        raise PeppolError(f"tax codes without a category: {', '.join(unknown)}")
    if seller.vat_number is None and any(categories[key[4]].code == "S" for key in groups):
        raise PeppolError(f"{seller.name} has no VAT number, but lines with VAT")
    nets: dict[Category, int] = defaultdict(int)
    for key, ore in groups.items():
        nets[categories[key[4]]] += ore
    vats = {category: vat(net, category.basis_points) for category, net in nets.items()}
    is_credit = sum(nets.values()) + sum(vats.values()) < 0
    sign = -1 if is_credit else 1
    root = _root("CreditNote" if is_credit else "Invoice")
    _head(root, terms, is_credit)
    _party(_in(root, "AccountingSupplierParty"), seller, is_seller=True)
    _party(_in(root, "AccountingCustomerParty"), buyer, is_seller=False)
    _payment(root, terms, is_credit)
    _tax_total(root, {category: (sign * net, sign * vats[category]) for category, net in nets.items()})
    _monetary_total(root, sign * sum(nets.values()), sign * sum(vats.values()))
    for number, (key, ore) in enumerate(groups.items(), start=1):
        text = ", ".join(_text(key, names))
        _line(root, number, key[0], text, sign * ore, categories[key[4]], is_credit)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _groups(outcome: Outcome, provider: str) -> dict[Group, int]:
    """Öre by group, in order; groups whose amounts cancel out are left out."""
    sums: dict[Group, int] = defaultdict(int)
    amounts = [(line, line.ore, False) for line in outcome.lines]
    amounts += [(row.line, row.ore, True) for row in outcome.adjustments]
    for line, ore, is_adjustment in amounts:
        if line.provider == provider:
            # The price of a single sum is no unit price: such lines of one kind are one group.
            price = 0 if line.kind in ("first_month", "manual") else line.price
            key = (line.month, line.kind, line.area or "", line.service or "", line.tax_code, price, is_adjustment)
            sums[key] += ore
    return {key: sums[key] for key in sorted(sums, key=lambda key: (key[6], key)) if sums[key]}


# Elements --------------------------------------------------------------------------------------------------------


def _root(name: str) -> Element:
    return etree.fromstring(f'<{name} xmlns="{UBL}{name}-2" xmlns:cac="{CAC}" xmlns:cbc="{CBC}"/>')


def _in(parent: Element, name: str) -> Element:
    return etree.SubElement(parent, f"{{{CAC}}}{name}")


def _say(parent: Element, name: str, text: str, **attributes: str) -> None:
    try:
        etree.SubElement(parent, f"{{{CBC}}}{name}", attributes).text = text
    except ValueError as error:
        raise PeppolError(f"{name}: {text!r} contains control characters") from error
    if not text.strip():
        raise PeppolError(f"{name} must not be empty")


def _money(parent: Element, name: str, ore: int) -> None:
    whole, rest = divmod(abs(ore), 100)
    _say(parent, name, f"{'-' if ore < 0 else ''}{whole}.{rest:02}", currencyID="SEK")


def _head(root: Element, terms: Terms, is_credit: bool) -> None:
    _say(root, "CustomizationID", CUSTOMIZATION)
    _say(root, "ProfileID", PROFILE)
    _say(root, "ID", terms.number)
    _say(root, "IssueDate", terms.issued_on.isoformat())
    if is_credit:
        _say(root, "CreditNoteTypeCode", "261")
    else:
        _say(root, "DueDate", terms.due_on.isoformat())
        _say(root, "InvoiceTypeCode", "389")
    _say(root, "DocumentCurrencyCode", "SEK")
    _say(root, "BuyerReference", terms.buyer_reference)


def _party(parent: Element, party: Party, *, is_seller: bool) -> None:
    node = _in(parent, "Party")
    _say(node, "EndpointID", party.organisation_number, schemeID=ORGANISATION_NUMBER)
    address = _in(node, "PostalAddress")
    _say(address, "StreetName", party.street)
    _say(address, "CityName", party.city)
    _say(address, "PostalZone", party.postal_code)
    _say(_in(address, "Country"), "IdentificationCode", "SE")
    if party.vat_number is not None:
        _tax_scheme(node, party.vat_number, "VAT")
    elif is_seller:
        # A seller without a VAT number is identified by its tax registration.
        _tax_scheme(node, "Godkänd för F-skatt", "TAX")
    entity = _in(node, "PartyLegalEntity")
    _say(entity, "RegistrationName", party.name)
    _say(entity, "CompanyID", party.organisation_number, schemeID=ORGANISATION_NUMBER)


def _tax_scheme(party: Element, company: str, scheme: str) -> None:
    node = _in(party, "PartyTaxScheme")
    _say(node, "CompanyID", company)
    _say(_in(node, "TaxScheme"), "ID", scheme)


def _payment(root: Element, terms: Terms, is_credit: bool) -> None:
    means = _in(root, "PaymentMeans")
    _say(means, "PaymentMeansCode", "30")
    _say(means, "PaymentID", terms.number)
    account = _in(means, "PayeeFinancialAccount")
    _say(account, "ID", terms.account)
    _say(_in(account, "FinancialInstitutionBranch"), "ID", terms.branch)
    if is_credit:
        _say(_in(root, "PaymentTerms"), "Note", "Dras av från nästa utbetalning")


def _tax_total(root: Element, amounts: Mapping[Category, tuple[int, int]]) -> None:
    total = _in(root, "TaxTotal")
    _money(total, "TaxAmount", sum(of_net for _, of_net in amounts.values()))
    for category in sorted(amounts, key=lambda each: (each.code, each.basis_points)):
        net, of_net = amounts[category]
        node = _in(total, "TaxSubtotal")
        _money(node, "TaxableAmount", net)
        _money(node, "TaxAmount", of_net)
        _category(_in(node, "TaxCategory"), category, with_reason=True)


def _category(node: Element, category: Category, *, with_reason: bool) -> None:
    whole, rest = divmod(category.basis_points, 100)
    _say(node, "ID", category.code)
    _say(node, "Percent", f"{whole}.{rest:02}")
    if with_reason and category.reason is not None:
        _say(node, "TaxExemptionReason", category.reason)
    _say(_in(node, "TaxScheme"), "ID", "VAT")


def _monetary_total(root: Element, net: int, vat: int) -> None:
    node = _in(root, "LegalMonetaryTotal")
    _money(node, "LineExtensionAmount", net)
    _money(node, "TaxExclusiveAmount", net)
    _money(node, "TaxInclusiveAmount", net + vat)
    _money(node, "PayableAmount", net + vat)


def _line(root: Element, number: int, month: str, text: str, ore: int, category: Category, is_credit: bool) -> None:
    """Quantity 1 or -1 at the amount: the sum of rounded lines is no product of hours and price."""
    node = _in(root, "CreditNoteLine" if is_credit else "InvoiceLine")
    _say(node, "ID", str(number))
    _say(node, "CreditedQuantity" if is_credit else "InvoicedQuantity", "-1" if ore < 0 else "1", unitCode=ONE)
    _money(node, "LineExtensionAmount", ore)
    period = _in(node, "InvoicePeriod")
    _say(period, "StartDate", first_day(month).isoformat())
    _say(period, "EndDate", (first_day(later(month, 1)) - ONE_DAY).isoformat())
    item = _in(node, "Item")
    _say(item, "Name", text)
    _category(_in(item, "ClassifiedTaxCategory"), category, with_reason=False)
    _money(_in(node, "Price"), "PriceAmount", abs(ore))


def _text(key: Group, names: Names) -> Iterator[str]:
    month, kind, area, service, _, price, is_adjustment = key
    what = next(words for known, words in WHAT.items() if known == kind)
    yield f"Rättelse av {what}" if is_adjustment else what.capitalize()
    parts = (names.services.get(service, service), names.areas.get(area, area), in_words(month))
    yield from (part for part in parts if part)
    if kind in ("time", "guarantee"):
        yield f"{kronor(price)} i timmen"
    elif kind == "fixed":
        yield f"{kronor(price)} i månaden"
