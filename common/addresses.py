"""Client address of a request, and validation of redirect targets."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def client_address(request: HttpRequest) -> str:
    """Client address as seen by the nearest trusted proxy. An IPv6 network counts as one address."""
    address = request.META.get("REMOTE_ADDR", "")
    if proxies := settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        # Each proxy appends the address it saw; anything before that can be forged.
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        seen = [each.strip() for each in forwarded.split(",") if each.strip()]
        address = seen[-proxies] if len(seen) >= proxies else address
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "?"
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def is_own_page(address: str) -> bool:
    """A page of this site, given without host."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
