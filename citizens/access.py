"""Who is asking on the citizen's side. Every page of one's own goes through ``citizen_page``.

The session holds for whom somebody acts and by which mandate, as row numbers. All that could have ended since (life,
the mandate, the code of the letter, the right to use the e-service) is asked anew at every request.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from accounts.actors import Actor
from choices.mandates import mandate_faults
from choices.models import Mandate, MandateHolder, Person
from choices.protection import without_cut_mandates
from citizens.models import LetterCode
from common import clock

P = ParamSpec("P")

SESSION_KEY = "citizen"
# A form that was sent after the time was up: kept for whoever signs in again as the same.
TYPED_KEY = "citizen_typed"
# For whom whoever is signed in by e-ID may act: they can go from one to another.
WAYS_KEY = "citizen_ways"
# How somebody signed in: by e-ID, or with the code from the letter.
EID, CODE = "eid", "code"

# Without a sign of life for so long, one signs in again. The pages say so, and what was typed is kept.
IDLE = datetime.timedelta(minutes=60)
# And after so long however busy: nobody chooses for a whole day, but a computer at the library stays on.
LONGEST = datetime.timedelta(hours=8)
# Not every look is worth a write.
_NOTED_EVERY = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Citizen:
    """Somebody signed in, and the person whose choice it is. ``mandate`` None: they choose for themselves.

    ``holder`` says which of the mandate's holders it is. A page where somebody chooses under a mandate asks
    ``citizens.joint.needs_consent_of(citizen.mandate, citizen.holder)``: if there is anybody, the choice is given to
    ``citizens.joint.keep_waiting`` in place of ``register_choice``.
    """

    person: Person
    mandate: Mandate | None
    how: str
    holder: MandateHolder | None = None

    @property
    def actor(self) -> Actor:
        return Actor.citizen(person=self.person.reference, as_representative=self.mandate is not None)


def sign_in(
    request: HttpRequest,
    *,
    person: Person,
    how: str,
    mandate: Mandate | None = None,
    holder: MandateHolder | None = None,
    code: LetterCode | None = None,
) -> None:
    """The session gets a new key. What was typed in it stays, unless it was somebody else's.

    Somebody of the staff is signed out: nobody is both at once. ``code``: the one they signed in with.
    """
    now = clock.now().isoformat()
    new = {
        "person": person.pk,
        "mandate": mandate.pk if mandate else None,
        "holder": holder.pk if holder else None,
        "code": code.pk if code else None,
        "how": how,
        "at": now,
        "seen": now,
    }
    before = request.session.get(SESSION_KEY)
    if request.user.is_authenticated:
        logout(request)
    elif before and _who(before) != _who(new):
        request.session.flush()
    request.session.cycle_key()
    # Ends when the browser is closed, and in any case by the two limits above.
    request.session.set_expiry(0)
    request.session[SESSION_KEY] = new


def sign_out(request: HttpRequest) -> None:
    request.session.flush()


def no_citizen_any_more(request: HttpRequest, **_: object) -> None:
    """Somebody of the staff signs in: what a citizen left in the session is not theirs."""
    for key in (SESSION_KEY, TYPED_KEY, WAYS_KEY):
        request.session.pop(key, None)


def citizen_of(request: HttpRequest) -> Citizen | None:
    """None: nobody is signed in, or what they signed in by has ended. The database is asked once a request."""
    kept = request.session.get(SESSION_KEY)
    if not kept:
        return None
    known = getattr(request, "_citizen", None)
    if known is None or known[0] != kept:
        known = (dict(kept), _citizen_of(kept) if not _is_over(kept) else None)
        request._citizen = known  # type: ignore[attr-defined]
    found: Citizen | None = known[1]
    if found:
        _note_seen(request, kept)
    return found


def _is_over(kept: dict[str, Any]) -> bool:
    now = clock.now()
    return now - _moment(kept["at"]) > LONGEST or now - _moment(kept.get("seen", kept["at"])) > IDLE


def _note_seen(request: HttpRequest, kept: dict[str, Any]) -> None:
    now = clock.now()
    if now - _moment(kept.get("seen", kept["at"])) > _NOTED_EVERY:
        request.session[SESSION_KEY] = {**kept, "seen": now.isoformat()}


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def _citizen_of(kept: dict[str, Any]) -> Citizen | None:
    person = Person.objects.filter(pk=kept["person"], deceased_on=None, merged_into=None).select_related("area").first()
    if person is None or (kept["how"] == CODE and not _code_holds(person, kept.get("code"))):
        return None
    if kept["mandate"] is None:
        return Citizen(person, None, kept["how"])
    mandate = mandate_now(pk=kept["mandate"], person=person, day=clock.today())
    if mandate is None:
        return None
    holder = mandate.holders.filter(pk=kept["holder"]).first() if kept.get("holder") else None
    if holder is None and kept.get("holder"):
        return None
    return Citizen(person, mandate, kept["how"], holder)


def _code_holds(person: Person, pk: int | None) -> bool:
    if person.is_protected:
        return False
    if pk is None:
        return True
    code = LetterCode.objects.filter(pk=pk, person=person).select_related("round").first()
    return code is not None and code.in_force(clock.today())


def mandate_now(*, pk: int, person: Person, day: datetime.date) -> Mandate | None:
    """The mandate, if somebody may act by it in the e-service on ``day``."""
    mandate = without_cut_mandates(Mandate.objects.on(day).filter(pk=pk, person=person)).first()
    if mandate is None or mandate_faults(person=person, mandate=mandate, received_on=day):
        return None
    return mandate


def citizen_page(
    view: Callable[Concatenate[HttpRequest, Citizen, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """The view gets the citizen as its second argument. Whoever is not signed in is sent to the doors, and back.

    What they had typed when the time was up waits for them: ``typed_before``.
    """

    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        citizen = citizen_of(request)
        if citizen is None:
            _keep_typed(request)
            return redirect(f"{reverse('citizens:doors')}?{urlencode({'till': request.get_full_path()})}")
        response = view(request, citizen, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    update_wrapper(guarded, view)
    return guarded


def typed_before(request: HttpRequest, citizen: Citizen) -> QueryDict | None:
    """What the same citizen sent to this address when the time was up, once: fill the form with it."""
    typed = request.session.get(TYPED_KEY)
    if not typed or typed["path"] != request.path or typed["who"] != _who(request.session[SESSION_KEY]):
        return None
    del request.session[TYPED_KEY]
    return QueryDict(typed["data"])


def _keep_typed(request: HttpRequest) -> None:
    kept = request.session.get(SESSION_KEY)
    if request.method != "POST" or not kept:
        return
    data = request.POST.copy()
    data.pop("csrfmiddlewaretoken", None)
    request.session[TYPED_KEY] = {"path": request.path, "who": _who(kept), "data": data.urlencode()}


def _who(kept: dict[str, Any]) -> list[int | None]:
    return [kept["person"], kept["mandate"], kept.get("holder")]
