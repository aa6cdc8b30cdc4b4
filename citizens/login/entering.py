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
from citizens.login.acting_for import Capacity, capacity_again
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
    _record(Capacity(code.person), CODE)
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


def enter_by_eid(request: HttpRequest, *, capacities: list[Capacity], till: str) -> HttpResponse:
    """With several capacities, redirect to the selection page."""
    if citizen_of(request):
        sign_out(request)
    request.session.cycle_key()
    request.session[ACTS_FOR_KEY] = {
        "at": clock.now().isoformat(),
        "rows": [capacity.session_row() for capacity in capacities],
    }
    if len(capacities) == 1:
        return enter_as(request, capacity=capacities[0], till=till)
    address = reverse("citizens:select_person")
    return redirect(f"{address}?{urlencode({'till': till})}" if till else address)


def offered_capacities(request: HttpRequest) -> list[Capacity]:
    """Current capacities of a citizen signed in by e-ID. Empty if not signed in, or too long ago."""
    stored = request.session.get(ACTS_FOR_KEY)
    if not stored:
        return []
    just_now = clock.now() - datetime.datetime.fromisoformat(stored["at"]) < _TO_PICK
    if not just_now and citizen_of(request) is None:
        return []
    return [capacity for row in stored["rows"] if (capacity := capacity_again(row))]


def enter_as(request: HttpRequest, *, capacity: Capacity, till: str) -> HttpResponse:
    """``capacity`` is one of the offered ones."""
    stored = request.session[ACTS_FOR_KEY]
    sign_in(request, person=capacity.person, how=EID, mandate=capacity.mandate, holder=capacity.holder)
    request.session[ACTS_FOR_KEY] = stored
    _record(capacity, EID)
    return _onward(till)


def refused(*, why: str, how: str) -> None:
    """A refused login by e-ID. The citizen is unknown, or not in the register."""
    record(actor=Actor.system("citizen_doors"), action="citizen.sign_in_refused", data={"why": why, "how": how})


def _record(capacity: Capacity, how: str) -> None:
    record(
        actor=Actor.citizen(person=capacity.person.reference, as_representative=capacity.mandate is not None),
        action="citizen.sign_in",
        person_reference=capacity.person.reference,
        acting_for=f"mandate:{capacity.mandate.pk}" if capacity.mandate else "",
        data={"how": how, **({"holder": capacity.holder.pk} if capacity.holder else {})},
    )


def _onward(till: str) -> HttpResponse:
    return redirect(safe(till) or "citizens:home")
