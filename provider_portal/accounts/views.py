"""Accounts of a provider's users. Each page exists twice: for the provider's own administrator (``provider_page``), and
for an administrator of the municipality (``staff_page``), with the provider's code in its address.
"""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.redirects import redirect_to_reauthentication
from accounts.roles import Right
from accounts.sessions import recently_authenticated
from common.forms import posted
from provider_portal.accounts import services
from provider_portal.accounts.forms import InviteForm, RolesForm
from provider_portal.accounts.selectors import accounts_of
from provider_portal.selectors import own_provider
from providers.models import Provider
from signin.selectors import roles_of
from staff_ui.access import provider_page, staff_page


@require_safe
@provider_page(Right.OWN_PROVIDER)
def accounts(request: HttpRequest, actor: Actor) -> HttpResponse:
    return _accounts(request, own_provider(actor=actor), actor)


@require_safe
@staff_page(Right.MANAGE_USERS)
def provider_accounts(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    return _accounts(request, get_object_or_404(Provider, code=code), actor)


@require_http_methods(["GET", "HEAD", "POST"])
@provider_page(Right.OWN_PROVIDER)
def invite(request: HttpRequest, actor: Actor) -> HttpResponse:
    return _invite(request, own_provider(actor=actor), actor)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_USERS)
def provider_invite(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    return _invite(request, get_object_or_404(Provider, code=code), actor)


@require_http_methods(["GET", "HEAD", "POST"])
@provider_page(Right.OWN_PROVIDER)
def account(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    return _account(request, own_provider(actor=actor), number, actor)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_USERS)
def provider_account(request: HttpRequest, actor: Actor, code: str, number: str) -> HttpResponse:
    return _account(request, get_object_or_404(Provider, code=code), number, actor)


@require_POST
@provider_page(Right.OWN_PROVIDER, fresh=True)
def account_step(request: HttpRequest, actor: Actor, number: str, step: str) -> HttpResponse:
    return _step(request, own_provider(actor=actor), number, step, actor)


@require_POST
@staff_page(Right.MANAGE_USERS, fresh=True)
def provider_account_step(request: HttpRequest, actor: Actor, code: str, number: str, step: str) -> HttpResponse:
    return _step(request, get_object_or_404(Provider, code=code), number, step, actor)


def _address(page: str, provider: Provider, actor: Actor, *more: object) -> str:
    """URL of a page of this module: the provider's own one, or the municipality's."""
    if actor.provider:
        return reverse(f"portal:{page}", args=more)
    return reverse(f"casework:provider_{page}", args=[provider.code, *more])


def _accounts(request: HttpRequest, provider: Provider, actor: Actor) -> HttpResponse:
    rows = [
        (user, roles_of(user), _address("account", provider, actor, user.pk)) for user in accounts_of(provider=provider)
    ]
    context = {
        "provider": provider,
        "rows": rows,
        "invite": _address("invite", provider, actor),
        "local": settings.PROVIDER_LOCAL_ACCOUNTS,
    }
    return render(request, "provider_portal/accounts/accounts.html", context)


def _invite(request: HttpRequest, provider: Provider, actor: Actor) -> HttpResponse:
    form = InviteForm(posted(request))
    back = _address("accounts", provider, actor)
    if form.is_valid():
        if not recently_authenticated(request):
            return redirect_to_reauthentication(request)
        try:
            user, code = services.invite(provider=provider, actor=actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _show_code(request, provider, user, code, back)
    context = {"provider": provider, "form": form, "back": back}
    status = 422 if form.is_bound else 200
    return render(request, "provider_portal/accounts/invite.html", context, status=status)


def _account(request: HttpRequest, provider: Provider, number: str, actor: Actor) -> HttpResponse:
    user = _found(provider, number)
    form = RolesForm(posted(request), initial={"roles": [group.name for group in user.groups.all()]})
    if form.is_valid():
        if not recently_authenticated(request):
            return redirect_to_reauthentication(request)
        try:
            services.set_roles(provider=provider, user=user, roles=form.cleaned_data["roles"], actor=actor)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Rollerna är sparade. De gäller från nästa sida."))
            return redirect(_address("account", provider, actor, number))
    context = {
        "provider": provider,
        "found": user,
        "form": form,
        "is_me": user.pk == actor.user_id,
        "back": _address("accounts", provider, actor),
        "steps": {
            word: _address("account_step", provider, actor, number, word) for word in ("stang", "oppna", "inbjudan")
        },
        "local": settings.PROVIDER_LOCAL_ACCOUNTS,
    }
    return render(request, "provider_portal/accounts/account.html", context, status=422 if form.is_bound else 200)


def _step(request: HttpRequest, provider: Provider, number: str, step: str, actor: Actor) -> HttpResponse:
    user = _found(provider, number)
    back = _address("account", provider, actor, number)
    try:
        if step in ("stang", "oppna"):
            services.set_open(provider=provider, user=user, is_open=step == "oppna", actor=actor)
        elif step == "inbjudan":
            code = services.invite_again(provider=provider, user=user, actor=actor)
            return _show_code(request, provider, user, code, back)
        else:
            raise Http404
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Det är gjort."))
    return redirect(back)


def _show_code(request: HttpRequest, provider: Provider, user: User, code: str, back: str) -> HttpResponse:
    """Page with the invitation code, which is not stored and cannot be displayed again."""
    context = {"provider": provider, "found": user, "code": code, "back": back}
    context["days"] = settings.PROVIDER_INVITATION_DAYS
    return render(request, "provider_portal/accounts/invited.html", context)


def _found(provider: Provider, number: str) -> User:
    if not number.isdecimal():
        raise Http404
    return get_object_or_404(accounts_of(provider=provider), pk=number)
