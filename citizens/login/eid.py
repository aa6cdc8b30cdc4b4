"""In by e-ID, through the municipality's identity broker (OpenID Connect, the Swedish profile)."""

import json
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from accounts import oidc
from choices import identity

_CLAIM = "https://id.oidc.se/claim/"
PERSONAL, COORDINATION, PREVIOUS = (
    f"{_CLAIM}{name}" for name in ("personalIdentityNumber", "coordinationNumber", "previousCoordinationNumber")
)
# How sure the tax agency is of who holds a coordination number; only the surest is enough.
COORDINATION_LEVEL = f"{_CLAIM}coordinationNumberLevel"
NUMBERS = (PERSONAL, COORDINATION, PREVIOUS)


class Why(StrEnum):
    """Why nobody came in, besides what ``accounts.oidc`` knows."""

    LEVEL = "level"
    NO_NUMBER = "no_number"


class NotLetIn(Exception):
    """``why`` is of ``Why`` here or in ``accounts.oidc``."""

    def __init__(self, why: StrEnum) -> None:
        super().__init__(why.value)
        self.why = why


def is_offered() -> bool:
    return bool(settings.CITIZEN_EID["issuer"] and settings.CITIZEN_EID["client_id"])


def send_away(request: HttpRequest, *, till: str) -> HttpResponse:
    """To the broker. It is to ask who they are anew: the computer may stand in a library.

    Raises:
        NotLetIn: the broker cannot be reached.
    """
    levels = settings.CITIZEN_EID["acr"]
    claims = {"id_token": dict.fromkeys(NUMBERS), "userinfo": dict.fromkeys(NUMBERS)}
    parameters = {"prompt": "login", "ui_locales": get_language() or "sv", "claims": json.dumps(claims)}
    if levels:
        parameters["acr_values"] = " ".join(levels)
    try:
        return oidc.send_away(request, provider=_provider(), keep={"till": till}, **parameters)
    except oidc.NotSignedIn as error:
        raise NotLetIn(error.why) from error


def come_back(request: HttpRequest) -> tuple[list[str], str]:
    """The numbers of whoever comes from the broker, the one in force first, and where they were going.

    Raises:
        NotLetIn: and why.
    """
    try:
        answer = oidc.come_back(request, provider=_provider(), wanted=NUMBERS)
    except oidc.NotSignedIn as error:
        raise NotLetIn(error.why) from error
    levels = settings.CITIZEN_EID["acr"]
    if levels and answer.claims.get("acr") not in levels:
        raise NotLetIn(Why.LEVEL)
    numbers = _numbers(answer.claims)
    if not numbers:
        raise NotLetIn(Why.NO_NUMBER)
    return numbers, answer.kept["till"]


def _numbers(claims: dict[str, Any]) -> list[str]:
    found = []
    for name in NUMBERS:
        if name == COORDINATION and claims.get(COORDINATION_LEVEL, "confirmed") != "confirmed":
            continue
        try:
            found.append(identity.parse(str(claims.get(name) or ""))[0])
        except identity.IdentityNumberError:
            continue
    return list(dict.fromkeys(found))


def _provider() -> oidc.Provider:
    own = settings.CITIZEN_EID
    return oidc.Provider(
        name="citizens",
        issuer=own["issuer"],
        client_id=own["client_id"],
        client_secret=own["client_secret"],
        callback="citizens:eid_back",
        scope=own["scope"],
    )
