"""System check of the provider settings."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from accounts.roles import Role


@register(Tags.security)
def provider_is_set_up(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    unknown = set(settings.STAFF_OIDC_ROLES.values()) - {role.value for role in Role}
    if unknown:
        roles = ", ".join(role.value for role in Role)
        found.append(
            Error(f"STAFF_OIDC_ROLES: no role here is called {', '.join(sorted(unknown))}. The roles: {roles}")
        )
    if settings.STAFF_OIDC_AREA_CLAIM and not settings.STAFF_OIDC_AREAS:
        found.append(Error("STAFF_OIDC_AREA_CLAIM needs STAFF_OIDC_AREAS: nobody would see any person."))
    if settings.STAFF_OIDC_PROVIDER_CLAIM and not settings.STAFF_OIDC_PROVIDERS:
        found.append(Error("STAFF_OIDC_PROVIDER_CLAIM needs STAFF_OIDC_PROVIDERS: no provider's people would get in."))
    if settings.CITIZEN_EID["issuer"] and not settings.CITIZEN_EID["acr"]:
        found.append(Warning("CITIZEN_EID_ACR is empty: an e-ID of any level lets somebody in.", id="signin.W001"))
    return found
