"""Description of another user's changes while a form was open."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.models import Event
from common.percent import DASH
from providers.models import Area, Contract, QuotaChange
from providers.optimistic_lock import ChangedMeanwhileError
from providers.quota_changes import concerned
from staff_ui.templatetags.pages import hours, percent
from staff_ui.templatetags.quotas import ceiling


@dataclass(frozen=True)
class ChangedLine:
    what: str
    was: str
    now: str


@dataclass(frozen=True)
class Meanwhile:
    lines: list[ChangedLine]
    # Author and time of the latest change.
    who: str
    when: Any


def meanwhile(error: ChangedMeanwhileError, owner: Area | Contract | None) -> Meanwhile:
    last = None
    if owner is not None:
        last = Event.objects.filter(object_reference=concerned(owner)).order_by("-id").first()
    keys = sorted({*error.was, *error.now})
    return Meanwhile(
        lines=[
            ChangedLine(_name(key), _words(key, error.was.get(key)), _words(key, error.now.get(key))) for key in keys
        ],
        who=last.actor if last else "",
        when=timezone.localtime(last.at) if last else None,
    )


def _name(key: str) -> str:
    kind, _space, day = key.partition(" ")
    names = {
        "ceiling": _("Tak från %(day)s"),
        "guarantee": _("Garanti från %(day)s"),
        "share": _("Andel från %(day)s"),
        "proposal": _("Förslag %(day)s"),
        "contract": _("Avtalet"),
        "notice": _("Byte av utförare"),
        "quota_notice": _("Tak, garantier och andelar"),
    }
    return names.get(kind, kind) % {"day": day}


def _words(key: str, terms: list[Any] | None) -> str:
    if terms is None:
        return _("fanns inte")
    kind = key.split(" ")[0]
    if kind == "ceiling":
        return _until(ceiling(*terms[1:]), terms[0])
    if kind == "guarantee":
        return _until(hours(terms[1]), terms[0])
    if kind == "share":
        return _until(percent(terms[1]), terms[0])
    if kind == "proposal":
        return _("%(kind)s från %(day)s") % {"kind": QuotaChange.Kind(terms[0]).label, "day": terms[1]}
    if kind == "contract":
        return _contract(*terms)
    days, day_of_month, months = terms
    if day_of_month is None:
        return ngettext("%(days)s dag", "%(days)s dagar", days) % {"days": days}
    words = ngettext("senast den %(day)s, %(months)s månad", "senast den %(day)s, %(months)s månader", months)
    return words % {"day": day_of_month, "months": months}


def _until(words: str, until: str | None) -> str:
    return _("%(what)s till %(day)s") % {"what": words, "day": until} if until else words


def _contract(start: str, end: str | None, stop: str | None, stop_end: str | None, permit: str) -> str:
    words = [f"{start}{DASH}{end or ''}"]
    if stop:
        words.append(_("intagsstopp %(days)s") % {"days": f"{stop}{DASH}{stop_end or ''}"})
    words.append(str(Contract.Permit(permit).label).lower())
    return ", ".join(words)
