"""Files of a basis: a provider's lines as CSV, XLSX and PDF, its invoice by Peppol, the month's vouchers by SIE."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common import clock
from common.spreadsheet import csv_bytes, xlsx_file
from providers.models import Area, Municipality, Provider, ServiceType
from reimbursement import documents
from reimbursement.accounting import Chart, CostAccount, MissingAccountsError, Payee, Tax, vouchers
from reimbursement.computing import next_month
from reimbursement.engine import ENGINE_VERSION
from reimbursement.engine.months import ONE_DAY
from reimbursement.faults import accounts_in_swedish
from reimbursement.looks import labelled
from reimbursement.models import PaymentBasis, Term
from reimbursement.models.term import TermKind as K
from reimbursement.peppol import Category, Names, Party, PeppolError, Terms, self_billing
from reimbursement.rights import require_lines_of
from reimbursement.selectors import provider_lines
from reimbursement.sie import Sender, SieError, sie_4i
from reimbursement.term_details import read_details
from reimbursement.terms import in_force
from reimbursement.wording import CAUSES, LINE_KINDS, in_kronor, month_name
from secrecy.gate import Purpose

SIE_DIMENSIONS = {1: "Kostnadsställe"}


@dataclass(frozen=True)
class File:
    name: str
    content_type: str
    content: bytes


def provider_file(*, basis: PaymentBasis, provider: Provider, kind: str, actor: Actor) -> File:
    """``kind``: csv, xlsx, pdf or xml (Peppol; only of a sealed month).

    Raises:
        ValidationError: the terms for an invoice are missing, or the month is not sealed.
    """
    require_lines_of(provider, actor=actor)
    makers: dict[str, tuple[str, Callable[[PaymentBasis, Provider, Actor], bytes]]] = {
        "csv": ("text/csv; charset=utf-8", _csv),
        "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
        "pdf": ("application/pdf", _pdf),
        "xml": ("application/xml", _peppol),
    }
    content_type, maker = makers[kind]
    content = maker(basis, provider, actor)
    _log(basis, actor, {"provider": provider.code, "kind": kind})
    return File(f"ersattning-{basis.month_text}-{provider.code}.{kind}", content_type, content)


def accounts_file(*, basis: PaymentBasis, actor: Actor) -> File:
    """Vouchers of a sealed month, SIE 4I.

    Raises:
        ValidationError: an account is missing, or the month is not sealed.
    """
    actor.require(Right.MANAGE_PAYMENT)
    _check_sealed(basis)
    terms = _InForce(basis)
    payees = {row.code: Payee(row.name, row.kind) for row in Provider.objects.all()}  # type: ignore[arg-type]
    payer = terms.payer()
    number = payer.organisation_number
    sender = Sender(
        program="Hemtjänstvalet",
        version=ENGINE_VERSION,
        municipality=_municipality().name,
        organisation_number=f"{number[:6]}-{number[6:]}",
        dimensions=SIE_DIMENSIONS,
        objects=_object_names(chart := terms.chart()),
    )
    try:
        made = vouchers(documents.outcome(basis), payees, chart, next_month(basis) - ONE_DAY)
        content = sie_4i(sender, made, generated_on=clock.today())
    except MissingAccountsError as error:
        raise ValidationError(accounts_in_swedish(error.missing)) from error
    except SieError as error:
        raise ValidationError(_("Filen kan inte skrivas: %(fault)s.") % {"fault": error}) from error
    _log(basis, actor, {"kind": "sie"})
    return File(f"ersattning-{basis.month_text}.si", "application/octet-stream", content)


# Lines -----------------------------------------------------------------------------------------------------------


def _csv(basis: PaymentBasis, provider: Provider, actor: Actor) -> bytes:
    return csv_bytes(_header(), _rows(basis, provider, actor))


def _xlsx(basis: PaymentBasis, provider: Provider, actor: Actor) -> bytes:
    with xlsx_file(_header(), _rows(basis, provider, actor)) as file:
        return file.read()


def _header() -> list[str]:
    return [
        _("Rad"), _("Referens"), _("Person"), _("Slag"), _("Månad"), _("Område"), _("Insats"), _("Momskod"),
        _("Pris, kr"), _("Belopp, kr"), _("Betalt förut, kr"), _("Orsak"),
    ]  # fmt: skip


def _rows(basis: PaymentBasis, provider: Provider, actor: Actor) -> Iterator[list[object]]:
    lines = provider_lines(basis=basis, provider=provider)
    for row, label in labelled(lines, purpose=Purpose.EXPORT, what="payment.file", actor=actor):
        content: dict[str, Any] = row.content
        line = content["line"] if row.corrects else content
        in_ore = line["kind"] not in ("vat_compensation", "municipal_overhead")
        yield [
            row.reference,
            label.reference if label else "",
            label.name if label else "",
            LINE_KINDS[line["kind"]],
            line["month"],
            row.area_name,
            row.service_name,
            row.tax_code,
            in_kronor(line["price"]) if in_ore else "",
            in_kronor(row.ore),
            in_kronor(content["paid_ore"]) if row.corrects else "",
            ", ".join(str(CAUSES[cause]) for cause in content.get("causes", ())),
        ]


def _pdf(basis: PaymentBasis, provider: Provider, actor: Actor) -> bytes:
    # Imported here: WeasyPrint needs Pango, and takes a second.
    from common.pdf import render_pdf

    lines = labelled(
        provider_lines(basis=basis, provider=provider), purpose=Purpose.EXPORT, what="payment.file", actor=actor
    )
    context = {
        "basis": basis,
        "month": month_name(basis.month_text),
        "provider": provider,
        "municipality": _municipality(),
        "lines": [pair for pair in lines if pair[0].corrects is None],
        "corrections": [pair for pair in lines if pair[0].corrects],
        "totals": _by_tax_code([row for row, _label in lines]),
        "ore": sum(row.ore for row, _label in lines),
    }
    return render_pdf(render_to_string("reimbursement/basis.html", context))[0]


def _by_tax_code(rows: list[Any]) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.tax_code] = sums.get(row.tax_code, 0) + row.ore
    return sorted(sums.items())


# Finance ---------------------------------------------------------------------------------------------------------


def _peppol(basis: PaymentBasis, provider: Provider, actor: Actor) -> bytes:
    del actor
    _check_sealed(basis)
    terms = _InForce(basis)
    payer, payee = terms.payer(), terms.payee(provider)
    issued_on = clock.day_of(basis.sealed_at) if basis.sealed_at else clock.today()
    try:
        return self_billing(
            documents.outcome(basis),
            provider.code,
            _party(provider.name, payee),
            _party(_municipality().name, payer),
            Terms(
                number=f"{basis.month_text}-{provider.code}",
                issued_on=issued_on,
                due_on=issued_on + datetime.timedelta(days=payer.days),
                buyer_reference=payer.buyer_reference,
                account=payee.account,
                branch=payee.branch,
            ),
            terms.categories(),
            Names(
                areas=dict(Area.objects.values_list("code", "name")),
                services=dict(ServiceType.objects.values_list("code", "name")),
            ),
        )
    except PeppolError as error:
        raise ValidationError(_("Fakturan kan inte skrivas: %(fault)s.") % {"fault": error}) from error


def _party(name: str, details: Any) -> Party:
    fields = ("organisation_number", "vat_number", "street", "city", "postal_code")
    return Party(name=name, **{field: getattr(details, field) for field in fields})


class _InForce:
    """Terms of accounting and invoices on the last day of the month."""

    def __init__(self, basis: PaymentBasis) -> None:
        day = next_month(basis) - ONE_DAY
        self._terms = list(in_force().on(day).select_related("area", "provider"))

    def _of(self, kind: K) -> Iterator[tuple[Term, Any]]:
        return ((term, read_details(kind, term.details)) for term in self._terms if term.kind == kind)

    def payer(self) -> Any:
        for _term, details in self._of(K.PAYER):
            return details
        raise ValidationError(_("Kommunens uppgifter på fakturor saknas. Lägg in dem under Villkor."))

    def payee(self, provider: Provider) -> Any:
        for term, details in self._of(K.PAYEE):
            if term.provider == provider:
                return details
        raise ValidationError(
            _("Betalningsuppgifter saknas för %(provider)s. Lägg in dem under Villkor.") % {"provider": provider}
        )

    def categories(self) -> dict[str, Category]:
        return {
            term.tax_code: Category("E" if details.reason else "S", term.basis_points or 0, details.reason)
            for term, details in self._of(K.TAX)
        }

    def chart(self) -> Chart:
        return Chart(
            costs=tuple(
                CostAccount(
                    details.account, _or_none(term.line_kind), _or_none(term.provider_kind), term.tax_code or None
                )
                for term, details in self._of(K.COST_ACCOUNT)
            ),
            liabilities={
                term.provider_kind: details.account  # type: ignore[misc]
                for term, details in self._of(K.LIABILITY_ACCOUNT)
            },
            taxes={term.tax_code: Tax(term.basis_points or 0, details.account) for term, details in self._of(K.TAX)},
            objects=self._objects(),
        )

    def _objects(self) -> dict[str, Any]:
        """By area; a row without an area is for all that have none of their own."""
        rows = [(term.area, ((1, row.cost_centre),)) for term, row in self._of(K.OBJECTS)]
        found: dict[str, Any] = {}
        for objects in (objects for area, objects in rows if area is None):
            found = dict.fromkeys(("", *Area.objects.values_list("code", flat=True)), objects)
        found |= {area.code: objects for area, objects in rows if area is not None}
        return found


def _object_names(chart: Chart) -> dict[tuple[int, str], str]:
    """An object is named by the areas whose costs it has: ``Norra, Södra``."""
    names = dict(Area.objects.order_by("name").values_list("code", "name"))
    found: dict[tuple[int, str], list[str]] = {}
    for code, name in names.items():
        for each in chart.objects.get(code, ()):
            found.setdefault(each, []).append(name)
    return {each: ", ".join(areas) for each, areas in found.items()}


def _or_none(text: str) -> Any:
    return text or None


def _municipality() -> Municipality:
    return Municipality.objects.get(pk=1)


def _check_sealed(basis: PaymentBasis) -> None:
    if basis.state != PaymentBasis.State.SEALED:
        raise ValidationError(_("Filer till ekonomisystemet görs när månaden är låst."))


def _log(basis: PaymentBasis, actor: Actor, data: dict[str, str]) -> None:
    record(actor=actor, action="payment.file", object_reference=basis.month_text, data=data)
