"""Amounts, months and lines of payment on pages and in documents."""

import datetime
from collections.abc import Iterator
from decimal import Decimal

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from reimbursement import wording
from reimbursement.models import Absence, BasisLine, Term
from reimbursement.selectors import Label

register = template.Library()

register.filter("kronor", wording.kronor)
register.filter("month_name", wording.month_name)


@register.filter
def month(first: datetime.date) -> str:
    """The name of the month that begins on the day."""
    return wording.month_name(f"{first:%Y-%m}")


@register.filter
def person_label(label: Label | None) -> str:
    """Initials, year of birth and reference; of a protected person the reference. None: a line about nobody."""
    if label is None:
        return "–"
    return f"{label.name} ({label.reference})" if label.name else label.reference


@register.filter
def line_kind(kind: str) -> str:
    return str(wording.LINE_KINDS[kind])


@register.filter
def cause(word: str) -> str:
    return str(wording.CAUSES[word])


@register.filter
def what(line: BasisLine) -> str:
    """Subject of a line: kind, service, area, and the month that is corrected with its causes."""
    parts = [line_kind(line.kind), line.service, line.area]
    said = ", ".join(part for part in parts if part)
    if line.corrects is None:
        return said
    causes = ", ".join(cause(word) for word in line.content["causes"])
    return _("Rättelse av %(month)s: %(what)s (%(causes)s)") % {
        "month": month(line.corrects),
        "what": said,
        "causes": causes,
    }


@register.filter
def away(kind: str) -> str:
    return str(Absence.Kind(kind).label)


@register.filter
def term_words(term: Term) -> str:
    """A term in one line: what it is about, and what holds."""
    return ", ".join(str(part) for part in _term_parts(term) if part)


def _term_parts(term: Term) -> Iterator[object]:
    yield term.provider
    yield term.area
    yield term.service_type
    yield term.get_provider_kind_display()
    if term.away:
        yield term.get_away_display()
        yield _("planerad") if term.planned else _("inte planerad")
    if term.line_kind:
        yield line_kind(term.line_kind)
    yield term.tax_code
    if term.ore is not None:
        yield wording.kronor(term.ore)
    if term.basis_points is not None:
        yield f"{number_format(Decimal(term.basis_points) / 100, use_l10n=True)} %"
    for name, value in term.details.items():
        if name == "steps":
            yield "; ".join(map(_step, value))
        elif name == "paid":
            yield _("betalas") if value else _("betalas inte")
        elif name == "month_days":
            yield _("månadens dagar") if value == "calendar" else _("%(days)s dagar i månaden") % {"days": value}
        elif name == "alarm_only":
            yield _("bara larm: fast belopp") if value == "fixed" else _("bara larm: ingen ersättning")
        elif name == "look_back_months":
            yield _("rättelser %(months)s månader bakåt") % {"months": value}
        elif value is not None:
            yield value


def _step(step: dict[str, int]) -> str:
    if step["first"] == step["last"]:
        return _("dag %(first)s: %(percent)s %%") % step
    return _("dag %(first)s–%(last)s: %(percent)s %%") % step
