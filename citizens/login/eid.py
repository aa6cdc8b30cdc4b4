"""Login by e-ID, through the municipality's identity broker (OpenID Connect, the Swedish profile)."""

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
# Verification levels of a coordination number's holder by the tax agency; only the highest is accepted.
COORDINATION_LEVEL = f"{_CLAIM}coordinationNumberLevel"
CONFIRMED = "confirmed"
NUMBERS = (PERSONAL, COORDINATION, PREVIOUS)
_TWELVE = re.compile(r"[0-9]{12}")


class EidRefusal(StrEnum):
    """Reason of a refusal, in addition to those of ``accounts.oidc``."""

    LEVEL = "level"
    NO_NUMBER = "no_number"


class EidRefused(Exception):
    """``why``: a ``EidRefusal`` from here or from ``accounts.oidc``."""

    def __init__(self, why: StrEnum) -> None:
        super().__init__(why.value)
        self.why = why


def is_offered() -> bool:
    return bool(settings.CITIZEN_EID["issuer"] and settings.CITIZEN_EID["client_id"])


def redirect_to_provider(request: HttpRequest, *, till: str) -> HttpResponse:
    """Redirect to the broker, with forced authentication: the computer may be public.

    Raises:
        EidRefused: the broker cannot be reached.
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
        raise EidRefused(error.why) from error


def read_response(request: HttpRequest) -> tuple[list[str], str]:
    """Identity numbers from the broker's response, the current one first, and the redirect target.

    Raises:
        EidRefused: with the reason.
    """
    try:
        answer = oidc.read_response(request, provider=_provider(), wanted=NUMBERS)
    except oidc.NotSignedIn as error:
        raise EidRefused(error.why) from error
    levels = settings.CITIZEN_EID["acr"]
    if levels and answer.signed.get("acr") not in levels:
        raise EidRefused(EidRefusal.LEVEL)
    numbers = _numbers(answer.claims)
    if not numbers:
        raise EidRefused(EidRefusal.NO_NUMBER)
    return numbers, answer.state_data["till"]


def _numbers(claims: dict[str, Any]) -> list[str]:
    """The current number first, and a previous coordination number of the same person.

    A coordination number is accepted only when the broker states that the tax agency has confirmed its holder; this
    includes previous ones.
    """
    personal, coordination = _number(claims.get(PERSONAL)), _number(claims.get(COORDINATION))
    if claims.get(COORDINATION) and claims.get(COORDINATION_LEVEL) != CONFIRMED:
        coordination = ""
        if not personal:
            raise EidRefused(EidRefusal.LEVEL)
    if not (personal or coordination):
        return []
    unconfirmed = _number(claims.get(COORDINATION)) if not coordination else ""
    previous = _number(claims.get(PREVIOUS)) if personal else ""
    found = [personal, coordination, previous if previous != unconfirmed else ""]
    return list(dict.fromkeys(number for number in found if number))


def _number(claim: object) -> str:
    """Twelve digits, by the profile, that are a valid identity number; else empty."""
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
