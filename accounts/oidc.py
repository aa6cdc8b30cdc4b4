"""OpenID Connect sign-in with authorization code, PKCE, state and nonce, by Authlib.

``redirect_to_provider`` redirects the browser to the provider; ``read_response`` reads its response and returns the
claims of a verified ID token. Their meaning, and access, are up to the caller. Staff and citizen sign-in both use
this, each with its own ``OIDCProvider``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import requests
import structlog
from authlib.integrations.django_client import DjangoOAuth2App, OAuth, OAuthError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from joserfc.errors import ExpiredTokenError, JoseError

from common.log_lines import without_numbers

log = structlog.get_logger(__name__)

# Signatures made with the provider's private key. Never "none", never a shared secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
# Allowed clock skew in seconds.
LEEWAY = 60
TIMEOUT_SECONDS = 10


class SignInFailure(StrEnum):
    """Reason why sign-in failed. A caller may have further ones."""

    CANCELLED = "cancelled"
    # Started in another browser, expired, or the response has been used.
    STATE = "state"
    PROVIDER = "provider"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    NONCE = "nonce"
    EXPIRED = "expired"
    TOKEN = "token"  # noqa: S105  (not a secret)


class NotSignedIn(Exception):
    def __init__(self, why: SignInFailure) -> None:
        super().__init__(why.value)
        self.why = why


# Raised by Authlib and requests when the provider cannot be reached or answers wrongly.
_PROVIDER_FAULTS = (requests.RequestException, OAuthError, RuntimeError, ValueError)


def _unavailable(error: Exception) -> NotSignedIn:
    """Logs the reason, such as an expired certificate, but not a provider's own words: they may be about a person."""
    reason = str(error) if isinstance(error, requests.RequestException) else ""
    log.warning("sign_in.provider_failed", error=type(error).__name__, reason=without_numbers(reason))
    return NotSignedIn(SignInFailure.PROVIDER)


@dataclass(frozen=True)
class OIDCProvider:
    """``name`` separates the sessions of two sign-in flows; ``callback``: URL name of the redirect address."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    callback: str
    scope: str = "openid profile"


@dataclass(frozen=True)
class OIDCResponse:
    """Claims, and the data given to ``redirect_to_provider``.

    ``signed``: claims of the ID token only; ``claims`` may have more, unsigned, from the userinfo endpoint.
    """

    claims: dict[str, Any]
    signed: dict[str, Any]
    state_data: dict[str, Any]


def redirect_to_provider(
    request: HttpRequest, *, provider: OIDCProvider, keep: dict[str, Any] | None = None, **parameters: str
) -> HttpResponse:
    """Redirect to the provider. ``parameters`` are added to the query (``prompt``, ``max_age``, ``acr_values``).

    Raises:
        NotSignedIn: the provider cannot be reached.
    """
    client = _client(provider)
    back = request.build_absolute_uri(reverse(provider.callback))
    try:
        begun = client.create_authorization_url(back, **parameters)
    except _PROVIDER_FAULTS as error:
        raise _unavailable(error) from error
    client.save_authorize_data(request, redirect_uri=back, keep=keep or {}, **begun)
    return HttpResponse(status=302, headers={"Location": begun["url"]})


def read_response(request: HttpRequest, *, provider: OIDCProvider, wanted: Collection[str] = ()) -> OIDCResponse:
    """The provider's response. Each response is accepted once.

    ``wanted``: claims of which at least one is needed. If the ID token has none, the userinfo endpoint is queried.

    Raises:
        NotSignedIn: with the reason.
    """
    client = _client(provider)
    state = client.framework.get_state_data(request.session, request.GET.get("state", ""))
    if state is None:
        raise NotSignedIn(SignInFailure.STATE)
    if refused := request.GET.get("error"):
        client.framework.clear_state_data(request.session, request.GET["state"])
        raise NotSignedIn(
            SignInFailure.CANCELLED if refused in ("access_denied", "login_required") else SignInFailure.PROVIDER
        )
    try:
        metadata = client.load_server_metadata()
        offered = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
        metadata["id_token_signing_alg_values_supported"] = [each for each in offered if each in ALGORITHMS]
        token = client.authorize_access_token(
            request,
            leeway=LEEWAY,
            claims_options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
                "sub": {"essential": True},
            },
        )
    except JoseError as error:
        claim = "exp" if isinstance(error, ExpiredTokenError) else getattr(error, "claim", "")
        raise NotSignedIn(_WRONG_CLAIM.get(claim, SignInFailure.TOKEN)) from error
    except _PROVIDER_FAULTS as error:
        raise _unavailable(error) from error
    if not token.get("userinfo"):
        raise NotSignedIn(SignInFailure.TOKEN)
    signed = dict(token["userinfo"])
    claims = signed
    if wanted and not any(claims.get(name) for name in wanted) and metadata.get("userinfo_endpoint"):
        claims = {**_userinfo(client, token), **claims}
    return OIDCResponse(claims=claims, signed=signed, state_data=state["keep"])


def _userinfo(client: DjangoOAuth2App, token: dict[str, Any]) -> dict[str, Any]:
    try:
        more = dict(client.userinfo(token=token))
    except _PROVIDER_FAULTS as error:
        raise _unavailable(error) from error
    if more.get("sub") != token["userinfo"]["sub"]:
        # The userinfo response is for another subject (OpenID Connect Core 5.3.2).
        raise NotSignedIn(SignInFailure.TOKEN)
    return more


_WRONG_CLAIM = {
    "iss": SignInFailure.ISSUER,
    "aud": SignInFailure.AUDIENCE,
    "azp": SignInFailure.AUDIENCE,
    "nonce": SignInFailure.NONCE,
    "exp": SignInFailure.EXPIRED,
}


@cache
def _client(provider: OIDCProvider) -> DjangoOAuth2App:
    """Cached client with the provider's metadata and keys; an unknown key triggers a refresh."""
    registry = OAuth()
    registry.register(
        provider.name,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": provider.scope,
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_SECONDS,
            # An access token is used at once or not at all: one with a lifetime of a minute has not expired.
            "leeway": 0,
        },
    )
    return registry.create_client(provider.name)
