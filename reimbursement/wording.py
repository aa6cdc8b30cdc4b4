"""Words of payment on pages and in files."""

from decimal import Decimal
from fractions import Fraction

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.percent import NBSP
from reimbursement.engine.months import first_day

LINE_KINDS: dict[str, Promise] = {
    "time": gettext_lazy("Beviljad tid"),
    "fixed": gettext_lazy("Fast belopp"),
    "vat_compensation": gettext_lazy("Ersättning för moms"),
    "municipal_overhead": gettext_lazy("Avdrag för gemensamma kostnader"),
    "first_month": gettext_lazy("Ersättning för första månaden"),
    "guarantee": gettext_lazy("Utfyllnad till garanterad volym"),
    "manual": gettext_lazy("Beslutat belopp"),
}
CAUSES: dict[str, Promise] = {
    "provider": gettext_lazy("en annan utförare"),
    "area": gettext_lazy("ett annat område"),
    "rate": gettext_lazy("ett annat pris"),
    "minutes": gettext_lazy("annan beviljad tid"),
    "absence": gettext_lazy("frånvaro"),
    "ladder": gettext_lazy("en ändrad frånvarotrappa"),
    "death": gettext_lazy("dödsfall"),
    "added": gettext_lazy("dagar som inte var med"),
    "removed": gettext_lazy("dagar som inte ska vara med"),
    "first_month": gettext_lazy("när personen började"),
    "guarantee": gettext_lazy("volymen"),
    "sum_of_lines": gettext_lazy("raderna som den räknas på"),
    "manual": gettext_lazy("ett beslut"),
}


def kronor(ore: int) -> str:
    """-202083 → "−2 020,83 kr", in the format of the language."""
    value = number_format(abs(Decimal(ore) / 100), decimal_pos=2, use_l10n=True, force_grouping=True)
    return (_("%(amount)s kr") % {"amount": f"{'−' if ore < 0 else ''}{value}"}).replace(" ", NBSP)


def number(value: Fraction) -> str:
    """A quantity with two decimals at most, in the format of the language."""
    hundredths = round(value * 100)
    text = number_format(abs(Decimal(hundredths) / 100), use_l10n=True, force_grouping=True)
    return f"{'−' if hundredths < 0 else ''}{text}"


def share(basis_points: int) -> str:
    """-125 → "−1,25 %": exact, since sums are explained by it."""
    return f"{number(Fraction(basis_points, 100))}{NBSP}%"


def in_kronor(ore: int) -> Decimal:
    """For files: a number with two decimals."""
    return (Decimal(ore) / 100).quantize(Decimal("0.01"))


def month_name(month: str) -> str:
    """2020-11 → "november 2020"."""
    return date_format(first_day(month), "YEAR_MONTH_FORMAT")
