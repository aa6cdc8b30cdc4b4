"""In by e-ID, through the municipality's identity broker (OpenID Connect, the Swedish profile)."""

import json
import re
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
CONFIRMED = "confirmed"
NUMBERS = (PERSONAL, COORDINATION, PREVIOUS)
_TWELVE = re.compile(r"[0-9]{12}")


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


def redirect_to_provider(request: HttpRequest, *, till: str) -> HttpResponse:
    """To the broker. It is to ask who they are anew: the computer may stand in a library.

    Raises:
        NotLetIn: the broker cannot be reached.
    """
    levels = settings.CITIZEN_EID["acr"]
    wanted: dict[str, Any] = dict.fromkeys((*NUMBERS, COORDINATION_LEVEL))
    level = {"acr": {"essential": True, "values": levels}} if levels else {}
    claims = {"id_token": {**wanted, **level}, "userinfo": wanted}
    parameters = {"prompt": "login", "ui_locales": get_language() or "sv", "claims": json.dumps(claims)}
    if levels:
        parameters["acr_values"] = " ".join(levels)
    try:
        return oidc.redirect_to_provider(request, provider=_provider(), keep={"till": till}, **parameters)
    except oidc.NotSignedIn as error:
        raise NotLetIn(error.why) from error


def read_response(request: HttpRequest) -> tuple[list[str], str]:
    """The numbers of whoever comes from the broker, the one in force first, and where they were going.

    Raises:
        NotLetIn: and why.
    """
    try:
        answer = oidc.read_response(request, provider=_provider(), wanted=NUMBERS)
    except oidc.NotSignedIn as error:
        raise NotLetIn(error.why) from error
    levels = settings.CITIZEN_EID["acr"]
    if levels and answer.signed.get("acr") not in levels:
        raise NotLetIn(Why.LEVEL)
    numbers = _numbers(answer.claims)
    if not numbers:
        raise NotLetIn(Why.NO_NUMBER)
    return numbers, answer.kept["till"]


def _numbers(claims: dict[str, Any]) -> list[str]:
    """The number in force first, and a coordination number that the same person had before.

    A coordination number counts when the broker says that the tax agency has confirmed its holder; one it says
    nothing of, or that is less than confirmed, does not come in as a former one either.
    """
    personal, coordination = _number(claims.get(PERSONAL)), _number(claims.get(COORDINATION))
    if claims.get(COORDINATION) and claims.get(COORDINATION_LEVEL) != CONFIRMED:
        coordination = ""
        if not personal:
            raise NotLetIn(Why.LEVEL)
    if not (personal or coordination):
        return []
    unconfirmed = _number(claims.get(COORDINATION)) if not coordination else ""
    previous = _number(claims.get(PREVIOUS)) if personal else ""
    found = [personal, coordination, previous if previous != unconfirmed else ""]
    return list(dict.fromkeys(number for number in found if number))


def _number(claim: object) -> str:
    """Twelve digits, as the profile has them, that are an identity number; else nothing."""
    if not isinstance(claim, str) or not _TWELVE.fullmatch(claim):
        return ""
    try:
        return identity.parse(claim)[0]
    except identity.IdentityNumberError:
        return ""


def _provider() -> oidc.OIDCProvider:
    own = settings.CITIZEN_EID
    return oidc.OIDCProvider(
        name="citizens",
        issuer=own["issuer"],
        client_id=own["client_id"],
        client_secret=own["client_secret"],
        callback="citizens:eid_back",
        scope=own["scope"],
    )
