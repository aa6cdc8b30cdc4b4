"""Interpretation of the provider's claims: roles, areas, and authentication strength."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts import oidc
from accounts.roles import PROVIDER_ROLES, Role

# In STAFF_OIDC_AREAS: all areas.
ALL_AREAS = "*"


def provider() -> oidc.OIDCProvider | None:
    """None if the municipality has not configured one."""
    if not settings.STAFF_OIDC_ISSUER:
        return None
    return oidc.OIDCProvider(
        name="staff",
        issuer=settings.STAFF_OIDC_ISSUER,
        client_id=settings.STAFF_OIDC_CLIENT_ID,
        client_secret=settings.STAFF_OIDC_CLIENT_SECRET,
        callback="login_staff_back",
        scope=settings.STAFF_OIDC_SCOPE,
    )


@dataclass(frozen=True)
class Grant:
    """``areas``: codes, None for all. ``decides_areas`` False: the claims do not state areas, an administrator sets
    them. ``provider``: code of the user's provider; empty for the municipality's staff.
    """

    roles: frozenset[Role]
    areas: frozenset[str] | None = frozenset()
    decides_areas: bool = False
    provider: str = ""


def grant_of(claims: dict[str, Any]) -> Grant:
    """Without roles: no access. A provider's users get provider roles only, and staff none of these."""
    roles = {Role(each) for each in _mapped(claims, settings.STAFF_OIDC_ROLE_CLAIM, settings.STAFF_OIDC_ROLES)}
    providers = sorted(_mapped(claims, settings.STAFF_OIDC_PROVIDER_CLAIM, settings.STAFF_OIDC_PROVIDERS))
    if len(providers) > 1:
        return Grant(roles=frozenset())
    if providers:
        return Grant(roles=PROVIDER_ROLES & roles, decides_areas=True, provider=providers[0])
    roles -= PROVIDER_ROLES
    if not settings.STAFF_OIDC_AREA_CLAIM:
        return Grant(roles=frozenset(roles))
    areas = _mapped(claims, settings.STAFF_OIDC_AREA_CLAIM, settings.STAFF_OIDC_AREAS)
    return Grant(roles=frozenset(roles), areas=None if ALL_AREAS in areas else frozenset(areas), decides_areas=True)


def has_second_factor(claims: dict[str, Any]) -> bool:
    """By authentication method (``amr``, RFC 8176) or level (``acr``)."""
    methods = claims.get("amr") or []
    return not set(settings.STAFF_OIDC_MFA_AMR).isdisjoint(methods) or claims.get("acr") in settings.STAFF_OIDC_MFA_ACR


def _mapped(claims: dict[str, Any], name: str, meaning: dict[str, str]) -> set[str]:
    found = _claim(claims, name) if name else None
    values = found if isinstance(found, list) else [found]
    return {meaning[value] for value in values if isinstance(value, str) and value in meaning}


def _claim(claims: dict[str, Any], name: str) -> Any:
    """By full name, or as a path (``realm_access.roles``): names that are URLs contain dots too."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found
