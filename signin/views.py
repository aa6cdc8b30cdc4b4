"""Staff sign-in pages."""

import time

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from redis import RedisError

from accounts import oidc
from accounts.actors import Actor
from accounts.models import User
from accounts.redirects import NEXT, redirect_target
from accounts.sessions import recently_authenticated, set_authenticated_at
from common import clock
from common.addresses import client_address
from common.forms import posted
from common.rate_limit import count_try
from signin import local
from signin.claims import grant_of, has_second_factor, provider
from signin.forms import AwayQuery, PasswordForm, SignInForm
from signin.middleware import WHY
from signin.refusals import REFUSALS
from signin.services import confirm, disclose, let_in, note, user_behind
from staff_ui.access import home_of, signed_in_page

MOST_NOTED_A_MINUTE = 20
_ASK_AGAIN = {"prompt": "login", "max_age": "0"}


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "code")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """By the municipality's provider; with a local account if enabled."""
    form = SignInForm(posted(request), with_code=local.needs_code())
    failed = ""
    if request.method == "POST":
        if not local.is_open():
            return _refuse(request, "no_local")
        failed = "wrong"
        if form.is_valid():
            data = form.cleaned_data
            user, failed = _tried(request, username=data["username"], password=data["password"], code=data.get("code"))
            if user:
                let_in(request, user=user, how="local")
                return redirect(redirect_target(request) or home_of(Actor.staff(user)))
    return render(
        request,
        "signin/login.html",
        {
            "form": form,
            "failed": failed,
            "next": redirect_target(request),
            "by_provider": provider() is not None,
            "by_password": local.is_open(),
            "is_reserve": settings.STAFF_LOCAL_ACCOUNTS and not settings.PROVIDER_LOCAL_ACCOUNTS,
            "why": request.session.pop(WHY, "") if WHY in request.session else "",
        },
    )


@require_safe
@never_cache
def to_provider(request: HttpRequest) -> HttpResponse:
    """Redirect to the provider. ``igen``: force reauthentication."""
    found = provider()
    if found is None:
        return _refuse(request, "no_provider")
    again = AwayQuery(request.GET).asked["igen"]
    keep = {NEXT: redirect_target(request), "again": again}
    try:
        return oidc.redirect_to_provider(request, provider=found, keep=keep, **(_ASK_AGAIN if again else {}))
    except oidc.NotSignedIn as refused:
        return _refuse(request, refused.why)


@require_safe
@never_cache
def callback(request: HttpRequest) -> HttpResponse:
    """Callback of the provider: sign in, or show the refusal."""
    found = provider()
    if found is None:
        return _refuse(request, "no_provider")
    try:
        answer = oidc.read_response(request, provider=found)
    except oidc.NotSignedIn as refused:
        return _refuse(request, refused.why)
    claims = answer.claims
    if not has_second_factor(claims):
        return _refuse(request, "mfa")
    user = user_behind(issuer=found.issuer, claims=claims, grant=grant_of(claims))
    if user is None:
        # Its sessions are ended, this browser's among them.
        request.session.flush()
        return _refuse(request, "role")
    if not user.is_active:
        return _refuse(request, "closed", user)
    let_in(request, user=user, how="oidc")
    asked = claims.get("auth_time")
    # Time by the provider's clock, converted to ours. Without the claim it may be long ago.
    set_authenticated_at(request, clock.now().timestamp() - max(0, time.time() - asked) if asked else None)
    if answer.state_data["again"] and not recently_authenticated(request):
        return _refuse(request, "not_asked", user)
    return redirect(answer.state_data[NEXT] or home_of(Actor.staff(user)))


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "code")
@never_cache
@signed_in_page()
def confirm_again(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Reauthentication before critical actions, by the method of sign-in."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  (signed_in_page has seen to it)
    onward = redirect_target(request) or reverse(home_of(actor))
    form = PasswordForm(posted(request), with_code=local.needs_code())
    failed = ""
    if request.method == "POST" and user.is_local:
        failed = "wrong"
        if form.is_valid():
            data = form.cleaned_data
            same, failed = _tried(request, username=user.username, password=data["password"], code=data.get("code"))
            if same == user:
                confirm(request, user=user)
                return redirect(onward)
    return render(
        request,
        "signin/confirm.html",
        {"form": form, "failed": failed, "next": onward, "is_local": user.is_local},
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    disclose(request)
    messages.success(request, _("Du är utloggad."))
    return redirect(settings.LOGOUT_REDIRECT_URL)


def _tried(request: HttpRequest, *, username: str, password: str, code: str | None) -> tuple[User | None, str]:
    """The user or None, and the result: "wrong", "many" or empty. Every failed attempt is logged."""
    known = User.objects.filter(username__iexact=username.strip()).first()
    try:
        user = local.check(request, username=username, password=password, code=code or "")
    except local.TooManyTries:
        _note_unless_flooded(request, user=known, action="signin.stopped")
        return None, "many"
    if user is None:
        note(user=known, action="signin.failed", address=client_address(request))
        return None, "wrong"
    return user, ""


def _refuse(request: HttpRequest, why: str, user: User | None = None) -> HttpResponse:
    _note_unless_flooded(request, user=user, action="signin.refused", why=str(why))
    return render(request, "signin/refused.html", {"refusal": REFUSALS[why], "code": str(why)}, status=403)


def _note_unless_flooded(request: HttpRequest, *, user: User | None, action: str, **data: str) -> None:
    """Log refusals at a limited rate per address."""
    address = client_address(request)
    try:
        often = count_try("noted", address, seconds=60) > MOST_NOTED_A_MINUTE
    except RedisError:
        often = False
    if not often:
        note(user=user, action=action, address=address, **data)
