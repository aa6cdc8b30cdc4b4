"""Access control of citizen pages: every page of a signed-in citizen uses ``citizen_page``.

The session holds the person acted for and the mandate, as row ids. Everything that may have ended since (life, mandate,
letter code, permission to use the e-service) is checked at every request.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from accounts.actors import Actor
from allocation.facts import shared
from choices.households import LIVES_WITH_SOMEBODY
from choices.mandates import mandate_faults
from choices.models import Mandate, MandateHolder, Person
from choices.protection import without_cut_mandates
from citizens.choosing.models import Draft
from citizens.models import LetterCode
from common import clock, rows
from providers.models import Area

P = ParamSpec("P")

SESSION_KEY = "citizen"
# Input posted after the session expired: kept for the next sign-in of the same citizen.
TYPED_KEY = "citizen_typed"
# People that a citizen signed in by e-ID may act for, to switch between them.
ACTS_FOR_KEY = "citizen_ways"
# Sign-in method: e-ID, or the code from the letter.
EID, CODE = "eid", "code"

# Idle timeout. The pages announce it, and the input is kept.
IDLE = datetime.timedelta(minutes=60)
# Absolute timeout, regardless of activity: for a library computer that stays signed in.
LONGEST = datetime.timedelta(hours=8)
# Limits writes: not every request is recorded.
_NOTED_EVERY = datetime.timedelta(minutes=1)

# Read by each request of a citizen: composing it by the ORM takes longer than running it.
_PERSON = f"""
SELECT {rows.columns(Person, "p")}, {rows.columns(Draft, "d")}, {LIVES_WITH_SOMEBODY} FROM choices_person p
LEFT JOIN citizens_draft d ON d.person_id = p.id AND d.mandate_id IS NOT DISTINCT FROM %(mandate)s
WHERE p.id = %(person)s AND p.deceased_on IS NULL AND p.merged_into_id IS NULL
"""  # noqa: S608 (constants)


@dataclass(frozen=True)
class Citizen:
    """A signed-in citizen, and the person whose choice it is. ``mandate`` None: they choose for themselves.

    ``how``: ``EID`` or ``CODE``. ``holder``: which of the mandate's holders it is. A page for choices under a mandate
    checks ``citizens.joint.needs_consent_of(citizen.mandate, citizen.holder)``: if it is not empty, the choice is
    passed to ``citizens.joint.keep_waiting`` in place of ``register_choice``.

    ``draft``: their unsent answers when the request began (``citizens.choosing.drafts.draft_of``: now).
    """

    person: Person
    mandate: Mandate | None
    how: str
    holder: MandateHolder | None = None
    draft: Draft | None = field(default=None, compare=False)

    @property
    def actor(self) -> Actor:
        return Actor.citizen(person=self.person.reference, as_representative=self.mandate is not None)


# Of each request: the basis in its session, and the citizen read by it.
_citizens: WeakKeyDictionary[HttpRequest, tuple[dict[str, Any], Citizen | None]] = WeakKeyDictionary()


def sign_in(
    request: HttpRequest,
    *,
    person: Person,
    how: str,
    mandate: Mandate | None = None,
    holder: MandateHolder | None = None,
    code: LetterCode | None = None,
) -> None:
    """Start a citizen session with a new key. Input in it is kept, unless it was another citizen's.

    A staff session ends: a session is never both. ``code``: the letter code used.
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
    # Ends when the browser is closed, and at the latest by the two limits above.
    request.session.set_expiry(0)
    request.session[SESSION_KEY] = new


def sign_out(request: HttpRequest) -> None:
    request.session.flush()


def clear_citizen(request: HttpRequest, **_: object) -> None:
    """Remove a citizen's data from the session when staff sign in."""
    for key in (SESSION_KEY, TYPED_KEY, ACTS_FOR_KEY):
        request.session.pop(key, None)


def citizen_of(request: HttpRequest) -> Citizen | None:
    """None: not signed in, or the basis of the session has ended. Read once per request."""
    stored = request.session.get(SESSION_KEY)
    if not stored:
        return None
    basis = {name: value for name, value in stored.items() if name != "seen"}
    read = _citizens.get(request)
    if read is None or read[0] != basis:
        read = _citizens[request] = (basis, _citizen_of(request, stored) if not _is_over(stored) else None)
    found = read[1]
    if found:
        _note_seen(request, stored)
    return found


def _is_over(stored: dict[str, Any]) -> bool:
    now = clock.now()
    return now - _moment(stored["at"]) > LONGEST or now - _moment(stored.get("seen", stored["at"])) > IDLE


def _note_seen(request: HttpRequest, stored: dict[str, Any]) -> None:
    now = clock.now()
    if now - _moment(stored.get("seen", stored["at"])) > _NOTED_EVERY:
        request.session[SESSION_KEY] = {**stored, "seen": now.isoformat()}


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def _citizen_of(request: HttpRequest, stored: dict[str, Any]) -> Citizen | None:
    values = {"person": stored["person"], "mandate": stored["mandate"], "day": clock.today()}
    person = shared.first(request, Person, _PERSON, values, related={"draft": Draft}, more=("lives_with_somebody",))
    if person is None:
        return None
    draft: Draft | None = person.draft  # type: ignore[attr-defined]
    if draft:
        draft.lives_with_somebody = person.lives_with_somebody  # type: ignore[attr-defined]
    area = person.area_id
    person.area = shared.of(request).get(("area", area), lambda: Area.objects.get(pk=area))
    if stored["how"] == CODE and not _code_holds(person, stored.get("code")):
        return None
    if stored["mandate"] is None:
        return Citizen(person, None, stored["how"], draft=draft)
    mandate = mandate_now(pk=stored["mandate"], person=person, day=clock.today())
    if mandate is None:
        return None
    holder = mandate.holders.filter(pk=stored["holder"]).first() if stored.get("holder") else None
    if holder is None and stored.get("holder"):
        return None
    return Citizen(person, mandate, stored["how"], holder, draft)


def _code_holds(person: Person, pk: int | None) -> bool:
    if person.is_protected or pk is None:
        return False
    code = LetterCode.objects.filter(pk=pk, person=person).select_related("round", "offer").first()
    return code is not None and code.in_force(clock.today())


def mandate_now(*, pk: int, person: Person, day: datetime.date) -> Mandate | None:
    """The mandate, if it is valid in the e-service on ``day``."""
    mandate = without_cut_mandates(Mandate.objects.on(day).filter(pk=pk, person=person)).first()
    if mandate is None or mandate_faults(person=person, mandate=mandate, received_on=day):
        return None
    return mandate


def citizen_page(
    view: Callable[Concatenate[HttpRequest, Citizen, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Decorator: the view gets the citizen as its second argument. Others are redirected to the login page, and back.

    Input posted after the timeout is kept: ``typed_before``.
    """

    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        citizen = citizen_of(request)
        if citizen is None:
            _keep_typed(request)
            return redirect(f"{reverse('citizens:login')}?{urlencode({'till': request.get_full_path()})}")
        response = view(request, citizen, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    update_wrapper(guarded, view)
    return guarded


def typed_before(request: HttpRequest, citizen: Citizen) -> QueryDict | None:
    """Input that the same citizen posted to this URL after the timeout, once: initial values of the form."""
    typed = request.session.get(TYPED_KEY)
    if not typed or typed["path"] != request.path or typed["who"] != _who(request.session[SESSION_KEY]):
        return None
    del request.session[TYPED_KEY]
    return QueryDict(typed["data"])


def _keep_typed(request: HttpRequest) -> None:
    stored = request.session.get(SESSION_KEY)
    if request.method != "POST" or not stored:
        return
    data = request.POST.copy()
    data.pop("csrfmiddlewaretoken", None)
    request.session[TYPED_KEY] = {"path": request.path, "who": _who(stored), "data": data.urlencode()}


def _who(stored: dict[str, Any]) -> list[int | None]:
    return [stored["person"], stored["mandate"], stored.get("holder")]
