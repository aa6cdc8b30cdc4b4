"""VAT of a payment basis: rounded once per provider and rate, for the invoice and the vouchers alike."""

from __future__ import annotations

from collections.abc import Mapping

from reimbursement.engine.months import rounded


def vat(net: int, basis_points: int) -> int:
    """Of the öre of one rate (EN 16931, BR-CO-17)."""
    return rounded(net * basis_points, 10_000)


def by_tax_code(nets: Mapping[str, int], rates: Mapping[str, int]) -> dict[str, int]:
    """``vat`` of each rate, divided among its tax codes. ``rates``: basis points of each tax code."""
    found: dict[str, int] = {}
    sums: dict[int, int] = {}
    for tax_code, net in sorted(nets.items()):
        rate = rates[tax_code]
        before = sums.get(rate, 0)
        sums[rate] = before + net
        found[tax_code] = vat(sums[rate], rate) - vat(before, rate)
    return found
