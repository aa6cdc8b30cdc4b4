"""Actions at login, common to all methods."""

import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actors import Actor
from audit.services import record
from citizens.access import ACTS_FOR_KEY, CODE, EID, citizen_of, sign_in, sign_out
from citizens.login.acting_for import Way, way_again
from citizens.login.models import LetterCode
from common import clock
from common.addresses import is_own_page

# Time limit of the selection page, before anybody is signed in.
_TO_PICK = datetime.timedelta(minutes=15)


def safe(till: str) -> str:
    """A path within this site, or empty: no redirect to other sites."""
    return till if is_own_page(till) else ""


def enter_by_code(request: HttpRequest, *, code: LetterCode, till: str) -> HttpResponse:
    sign_in(request, person=code.person, how=CODE, code=code)
    request.session.pop(ACTS_FOR_KEY, None)
    _record(Way(code.person), CODE)
    if code.last_used_at:
        # A previous use of the code is shown: a sign of misuse.
        used = code.last_used_at.astimezone(clock.STOCKHOLM)
        text = _("Koden användes senast den %(day)s klockan %(time)s. Var det inte du? Ring oss, så spärrar vi den.")
        messages.info(
            request, text % {"day": date_format(used, "MONTH_DAY_FORMAT"), "time": date_format(used, "TIME_FORMAT")}
        )
    if code.offer and not safe(till):
        return redirect("citizens:offer", reference=code.offer.reference)
    return _onward(till)


def enter_by_eid(request: HttpRequest, *, ways: list[Way], till: str) -> HttpResponse:
    """With several ways, redirect to the selection page."""
    if citizen_of(request):
        sign_out(request)
    request.session.cycle_key()
    request.session[ACTS_FOR_KEY] = {"at": clock.now().isoformat(), "rows": [way.session_row() for way in ways]}
    if len(ways) == 1:
        return enter_as(request, way=ways[0], till=till)
    address = reverse("citizens:select_person")
    return redirect(f"{address}?{urlencode({'till': till})}" if till else address)


def offered_ways(request: HttpRequest) -> list[Way]:
    """Current ways of a citizen signed in by e-ID. None if not signed in, or too long ago."""
    stored = request.session.get(ACTS_FOR_KEY)
    if not stored:
        return []
    just_now = clock.now() - datetime.datetime.fromisoformat(stored["at"]) < _TO_PICK
    if not just_now and citizen_of(request) is None:
        return []
    return [way for row in stored["rows"] if (way := way_again(row))]


def enter_as(request: HttpRequest, *, way: Way, till: str) -> HttpResponse:
    """``way`` is one of the offered ones."""
    stored = request.session[ACTS_FOR_KEY]
    sign_in(request, person=way.person, how=EID, mandate=way.mandate, holder=way.holder)
    request.session[ACTS_FOR_KEY] = stored
    _record(way, EID)
    return _onward(till)


def refused(*, why: str, how: str) -> None:
    """A refused login by e-ID. The citizen is unknown, or not in the register."""
    record(actor=Actor.system("citizen_doors"), action="citizen.sign_in_refused", data={"why": why, "how": how})


def _record(way: Way, how: str) -> None:
    record(
        actor=Actor.citizen(person=way.person.reference, as_representative=way.mandate is not None),
        action="citizen.sign_in",
        person_reference=way.person.reference,
        acting_for=f"mandate:{way.mandate.pk}" if way.mandate else "",
        data={"how": how, **({"holder": way.holder.pk} if way.holder else {})},
    )


def _onward(till: str) -> HttpResponse:
    return redirect(safe(till) or "citizens:home")
