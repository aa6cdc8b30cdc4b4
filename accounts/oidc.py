"""Sign in at another's door: OpenID Connect with authorization code, PKCE, state and nonce, by Authlib.

``send_away`` sends the browser to the provider, ``come_back`` reads what it returns with and gives the claims of a
verified ID token. What they mean, and who gets in, is for the caller to say. Both doors (staff and citizens) use this,
each with a ``Provider`` of its own.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import requests
from authlib.integrations.django_client import DjangoOAuth2App, OAuth, OAuthError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from joserfc.errors import ExpiredTokenError, JoseError

# Signatures that need the provider's private key. Never "none", never one made with a shared secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
# Seconds that the provider's clock may differ from ours.
LEEWAY = 60
TIMEOUT_SECONDS = 10


class Why(StrEnum):
    """Why nobody came in. ``accounts`` knows these; a door may have more."""

    CANCELLED = "cancelled"
    # Begun in another browser, too long ago, or the answer is used already.
    STATE = "state"
    PROVIDER = "provider"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    NONCE = "nonce"
    EXPIRED = "expired"
    TOKEN = "token"  # noqa: S105  (not a secret)


class NotSignedIn(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class Provider:
    """``name`` keeps two doors' sessions apart; ``callback`` is the name of the address that they return to."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    callback: str
    scope: str = "openid profile"


@dataclass(frozen=True)
class Answer:
    """The claims, and what was given to ``send_away`` to be kept.

    ``signed`` are those of the ID token alone; ``claims`` may have more, unsigned, from the userinfo endpoint.
    """

    claims: dict[str, Any]
    signed: dict[str, Any]
    kept: dict[str, Any]


def send_away(
    request: HttpRequest, *, provider: Provider, keep: dict[str, Any] | None = None, **parameters: str
) -> HttpResponse:
    """To the provider. ``parameters`` go along in the address (``prompt``, ``max_age``, ``acr_values``).

    Raises:
        NotSignedIn: the provider cannot be reached.
    """
    client = _client(provider)
    back = request.build_absolute_uri(reverse(provider.callback))
    try:
        begun = client.create_authorization_url(back, **parameters)
    except (requests.RequestException, OAuthError, RuntimeError, ValueError) as error:
        raise NotSignedIn(Why.PROVIDER) from error
    client.save_authorize_data(request, redirect_uri=back, keep=keep or {}, **begun)
    return HttpResponse(status=302, headers={"Location": begun["url"]})


def come_back(request: HttpRequest, *, provider: Provider, wanted: Collection[str] = ()) -> Answer:
    """What the provider says. Each answer is taken once.

    ``wanted``: claims of which at least one is needed. If the ID token has none, the provider is asked at its userinfo
    endpoint.

    Raises:
        NotSignedIn: and why.
    """
    client = _client(provider)
    state = client.framework.get_state_data(request.session, request.GET.get("state", ""))
    if state is None:
        raise NotSignedIn(Why.STATE)
    if refused := request.GET.get("error"):
        client.framework.clear_state_data(request.session, request.GET["state"])
        raise NotSignedIn(Why.CANCELLED if refused in ("access_denied", "login_required") else Why.PROVIDER)
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
        raise NotSignedIn(_WRONG_CLAIM.get(claim, Why.TOKEN)) from error
    except (requests.RequestException, OAuthError, RuntimeError, ValueError) as error:
        raise NotSignedIn(Why.PROVIDER) from error
    if not token.get("userinfo"):
        raise NotSignedIn(Why.TOKEN)
    signed = dict(token["userinfo"])
    claims = signed
    if wanted and not any(claims.get(name) for name in wanted) and metadata.get("userinfo_endpoint"):
        claims = {**_userinfo(client, token), **claims}
    return Answer(claims=claims, signed=signed, kept=state["keep"])


def _userinfo(client: DjangoOAuth2App, token: dict[str, Any]) -> dict[str, Any]:
    try:
        more = dict(client.userinfo(token=token))
    except (requests.RequestException, OAuthError, RuntimeError, ValueError) as error:
        raise NotSignedIn(Why.PROVIDER) from error
    if more.get("sub") != token["userinfo"]["sub"]:
        # What it says is of somebody else (OpenID Connect Core 5.3.2).
        raise NotSignedIn(Why.TOKEN)
    return more


_WRONG_CLAIM = {"iss": Why.ISSUER, "aud": Why.AUDIENCE, "azp": Why.AUDIENCE, "nonce": Why.NONCE, "exp": Why.EXPIRED}


@cache
def _client(provider: Provider) -> DjangoOAuth2App:
    """Keeps what the provider says of itself, and its keys; a key that is not among them is asked for again."""
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
            # An access token is used at once, or not at all: one that lives a minute has not expired.
            "leeway": 0,
        },
    )
    return registry.create_client(provider.name)
