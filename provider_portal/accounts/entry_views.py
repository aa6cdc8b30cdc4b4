"""Pages for an invited user: the invitation code, then a password and one-time codes."""

from urllib.parse import quote, urlencode

import segno
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from common import clock
from common.addresses import client_address
from common.forms import posted
from common.rate_limit import count_try
from provider_portal.accounts import services
from provider_portal.accounts.forms import AcceptForm, BeginForm
from provider_portal.models import Invitation
from signin.services import note

# In the session: the invitation that this browser has shown the code of, and the secret of the one-time codes.
_SESSION = "provider_invitation"
MOST, WINDOW = 10, 5 * 60


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    form = BeginForm(posted(request))
    if form.is_valid():
        address = client_address(request)
        if count_try("invitation", address, seconds=WINDOW) > MOST:
            form.add_error(None, _("Det blev för många försök. Vänta fem minuter och försök igen."))
        elif not settings.PROVIDER_LOCAL_ACCOUNTS or (found := services.open_invitation(**form.cleaned_data)) is None:
            note(user=None, action="signin.invitation_failed", address=address)
            form.add_error(None, _("Användarnamn och kod hör inte ihop, eller så gäller inbjudan inte längre."))
        else:
            request.session.cycle_key()
            request.session[_SESSION] = {"id": found.pk, "secret": generate_totp_secret()}
            return redirect("portal:accept")
    return render(request, "provider_portal/accounts/begin.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "again", "code")
@never_cache
def accept(request: HttpRequest) -> HttpResponse:
    stored = request.session.get(_SESSION, {})
    invitation = (
        Invitation.objects.select_related("user")
        .filter(pk=stored.get("id"), ended_at__isnull=True, expires_at__gt=clock.now(), user__is_active=True)
        .first()
    )
    if invitation is None:
        return redirect("portal:begin")
    user, secret = invitation.user, stored["secret"]
    form = AcceptForm(posted(request), user=user, secret=secret)
    if form.is_valid():
        done = services.accept(invitation_id=invitation.pk, password=form.cleaned_data["password"], secret=secret)
        request.session.flush()
        if done is None:
            return redirect("portal:begin")
        messages.success(request, _("Kontot är klart. Logga in med ditt lösenord och nästa engångskod."))
        return redirect("login")
    issuer = "Hemtjänstvalet"
    label = f"{quote(issuer)}:{quote(user.username)}"
    link = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"
    code = segno.make(link, error="m")
    drawn = code.svg_inline(border=4, light="#fff", omitsize=True, svgclass="portal-qr", lineclass=None)
    # Drawn by us, from our own link.
    picture = mark_safe(drawn)  # noqa: S308
    context = {"form": form, "found": user, "secret": secret, "picture": picture}
    return render(request, "provider_portal/accounts/accept.html", context, status=422 if form.is_bound else 200)
