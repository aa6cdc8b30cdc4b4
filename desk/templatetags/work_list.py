"""Rows of the work list. A page has more than a hundred items, and a template takes three times as long for each
(docs/adr/0040-components.md).
"""

import datetime

from django import template
from django.template.defaultfilters import truncatechars
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from desk.models import WorkMark
from desk.work.item import Item
from staff_ui.templatetags.pages import short_day

register = template.Library()

# Signs of a detail; the item's page has all of it.
_LONGEST_DETAIL = 120


@register.simple_tag
def work_item(item: Item, today: datetime.date, *, shortcut: int | None = None, snoozed: bool = False) -> SafeString:
    """An item as a list element: task, deadline, owner. ``shortcut``: the number key that opens it. ``snoozed``: in the
    list of snoozed items.
    """
    title = item.kind.title
    detail = item.detail
    if len(detail) > _LONGEST_DETAIL:
        detail = truncatechars(detail, _LONGEST_DETAIL)
    return format_html(
        '<li><div><a href="{}"{}>{}</a>{}</div><div>{}</div><div>{}</div></li>',
        item.address,
        format_html(' data-key="{}"', shortcut) if shortcut else "",
        title,
        format_html(' <span class="desk-quiet">{}</span>', detail) if detail else "",
        _snoozed_until(item.mark) if snoozed and item.mark else _deadline(item.due, today),
        item.owner or _take(item, str(title)),
    )


def _snoozed_until(mark: WorkMark) -> str:
    day = short_day(mark.rests_until) if mark.rests_until else ""
    return _("vilar till %(day)s: %(why)s") % {"day": day, "why": mark.reason}


def _deadline(due: datetime.date, today: datetime.date) -> SafeString:
    if due < today:
        return format_html(
            '<strong class="desk-late">{}</strong> <span class="desk-late">{}</span>', short_day(due), _("försenad")
        )
    if due == today:
        return format_html("<strong>{}</strong>", _("i dag"))
    return format_html("{}", short_day(due))


def _take(item: Item, title: str) -> SafeString:
    about = f"{title}, {item.person.listed_name}" if item.person else title
    return format_html(
        '<button type="submit" form="take" class="link-button desk-take" name="take" value="{}:{}">'
        '{} <span class="sr-only">{}</span></button>',
        item.version,
        item.key,
        _("Ta den"),
        about,
    )
