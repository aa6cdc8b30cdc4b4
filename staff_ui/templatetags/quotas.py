"""A ceiling, guarantee or share in words: ``480 tim, 40 personer``."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staff_ui.templatetags.pages import hours, percent

register = template.Library()


@register.filter
def terms(row: Any) -> str:
    """Terms of a decided step, or of a proposed change."""
    share = getattr(row, "share_bp", None)
    if share is not None:
        return percent(share)
    guaranteed = getattr(row, "guaranteed_minutes", None)
    if guaranteed is not None:
        return hours(guaranteed)
    return ceiling(row.minutes, getattr(row, "persons", None), getattr(row, "tolerance_minutes", 0))


def ceiling(minutes: int | None, persons: int | None, tolerance: int) -> str:
    parts = [hours(minutes)] if minutes is not None else []
    if persons is not None:
        parts.append(ngettext("%(count)d person", "%(count)d personer", persons) % {"count": persons})
    if tolerance:
        parts.append(_("tolerans %(hours)s") % {"hours": hours(tolerance)})
    return ", ".join(parts)
