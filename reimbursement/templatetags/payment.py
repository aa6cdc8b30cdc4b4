"""Amounts, months and lines of payment on pages and in documents."""

import datetime
from collections.abc import Iterator

import msgspec
from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reimbursement import wording
from reimbursement.computing import public_reference
from reimbursement.engine.problem import Step
from reimbursement.models import Absence, BasisLine, Term
from reimbursement.selectors import Label
from reimbursement.term_details import read_details

register = template.Library()

register.filter("kronor", wording.kronor)
register.filter("month_name", wording.month_name)
register.filter("payment_reference", public_reference)
register.filter("share", wording.share)
register.filter("of_day", lambda percent: wording.share(100 * percent))


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
    """Subject of a line (``BasisLine.objects.named``): kind, service, area, and the corrected month with its causes."""
    parts = [line_kind(line.kind), line.service_name, line.area_name]
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
        yield wording.share(term.basis_points)
    for name, value in msgspec.structs.asdict(read_details(term.kind, term.details)).items():
        if name == "steps":
            yield "; ".join(map(_step, value)) or _("betalas inte")
        elif name == "paid":
            yield _("betalas") if value else _("betalas inte")
        elif name == "month_days":
            yield _("månadens dagar") if value == "calendar" else _("%(days)s dagar i månaden") % {"days": value}
        elif name == "alarm_only":
            yield _("bara larm: fast belopp") if value == "fixed" else _("bara larm: ingen ersättning")
        elif name == "days":
            yield ngettext("%(days)s dag", "%(days)s dagar", value) % {"days": value}
        elif name == "look_back_months":
            words = ngettext("rättelser %(months)s månad bakåt", "rättelser %(months)s månader bakåt", value)
            yield words % {"months": value}
        elif value is not None:
            yield value


def _step(step: Step) -> str:
    said = msgspec.structs.asdict(step)
    if step.first == step.last:
        return _("dag %(first)s: %(percent)s %%") % said
    return _("dag %(first)s–%(last)s: %(percent)s %%") % said
