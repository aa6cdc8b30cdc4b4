"""Vouchers of a payment basis: one per provider, by the municipality's own accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from reimbursement.engine.explain import in_words
from reimbursement.engine.line import Line, LineKind, ProviderKind
from reimbursement.engine.outcome import Outcome
from reimbursement.sie import Objects, Posting, Voucher
from reimbursement.vat import by_tax_code


class MissingAccountsError(ValueError):
    """`missing`: what has no account, or more than one."""

    def __init__(self, missing: list[str]) -> None:
        self.missing = tuple(missing)
        super().__init__("; ".join(missing))


@dataclass(frozen=True, slots=True)
class CostAccount:
    """Cost account of lines. None: any kind of line, kind of provider or tax code. The most specific row applies."""

    account: str
    kind: LineKind | None = None
    provider_kind: ProviderKind | None = None
    tax_code: str | None = None


@dataclass(frozen=True, slots=True)
class Tax:
    """VAT added to the amounts of a tax code, in basis points, and the account of input VAT. 0 and None: exempt."""

    basis_points: int
    account: str | None


@dataclass(frozen=True, slots=True)
class Chart:
    """The municipality's accounts. `liabilities`: by kind of provider. `taxes`: by tax code. `objects`: by area, and
    "" for lines without one."""

    costs: tuple[CostAccount, ...]
    liabilities: Mapping[ProviderKind, str]
    taxes: Mapping[str, Tax]
    objects: Mapping[str, Objects]


@dataclass(frozen=True, slots=True)
class Payee:
    name: str
    kind: ProviderKind


def vouchers(outcome: Outcome, payees: Mapping[str, Payee], chart: Chart, day: date) -> list[Voucher]:
    """One balanced voucher per provider with an amount to pay or reclaim. Raises MissingAccountsError.

    Costs are summed by account and objects. VAT is that of the invoice (``reimbursement.vat``).
    """
    made, missing = [], set[str]()
    for provider in sorted({row.provider for row in outcome.totals}):
        payee = payees.get(provider)
        if payee is None:
            missing.add(f"provider {provider} has no name and kind")
            continue
        postings = _postings(outcome, provider, payee, chart, missing)
        if postings:
            made.append(Voucher(day, f"Hemtjänst {in_words(outcome.month)}, {payee.name}", tuple(postings)))
    if missing:
        raise MissingAccountsError(sorted(missing))
    return made


def _postings(outcome: Outcome, provider: str, payee: Payee, chart: Chart, missing: set[str]) -> list[Posting]:
    costs: dict[tuple[str, Objects], int] = defaultdict(int)
    nets: dict[str, int] = defaultdict(int)
    for line, ore in _amounts(outcome):
        if line.provider == provider:
            objects = chart.objects.get(line.area or "")
            if objects is None:
                missing.add(f"area {line.area or 'none'} has no objects")
            costs[_cost_account(line, payee, chart, missing), objects or ()] += ore
            nets[line.tax_code] += ore
    rows = [Posting(account, objects, ore) for (account, objects), ore in sorted(costs.items()) if ore]
    rates = {tax_code: tax.basis_points for tax_code, tax in chart.taxes.items()}
    vats = by_tax_code({tax_code: net for tax_code, net in nets.items() if tax_code in rates}, rates)
    for tax_code in sorted(nets):
        tax, vat = chart.taxes.get(tax_code), vats.get(tax_code, 0)
        if tax is None or (vat and tax.account is None):
            missing.add(f"tax code {tax_code} has no rate, or no account for VAT")
        elif vat and tax.account is not None:
            rows.append(Posting(tax.account, (), vat))
    liability = chart.liabilities.get(payee.kind)
    if liability is None:
        missing.add(f"{payee.kind} providers have no liability account")
        return []
    total = sum(row.ore for row in rows)
    return [*rows, Posting(liability, (), -total, payee.name)] if total else rows


def _amounts(outcome: Outcome) -> Iterator[tuple[Line, int]]:
    yield from ((line, line.ore) for line in outcome.lines)
    yield from ((row.line, row.ore) for row in outcome.adjustments)


def _cost_account(line: Line, payee: Payee, chart: Chart, missing: set[str]) -> str:
    best: set[str] = set()
    most = -1
    for row in chart.costs:
        pairs = ((row.kind, line.kind), (row.provider_kind, payee.kind), (row.tax_code, line.tax_code))
        named = sum(said is not None for said, _ in pairs)
        if all(said in (None, value) for said, value in pairs) and named >= most:
            best = {row.account} | (best if named == most else set())
            most = named
    if len(best) == 1:
        return best.pop()
    missing.add(f"{line.kind} lines of {payee.kind} providers, tax code {line.tax_code}, have no cost account")
    return ""
