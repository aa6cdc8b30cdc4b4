"""A user's own account, and user administration."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.redirects import redirect_to_reauthentication
from accounts.roles import Right
from accounts.sessions import open_sessions, recently_authenticated
from common.forms import posted
from providers.services import set_areas
from signin.forms import AreasForm
from signin.selectors import roles_of, staff_users
from signin.services import set_active, sign_out_everywhere
from staff_ui.access import signed_in_page, staff_page
from staff_ui.outcomes import outcome_shown
from staff_ui.paging import page_of


@require_safe
@signed_in_page()
def account(request: HttpRequest, actor: Actor) -> HttpResponse:
    user = get_object_or_404(User, pk=actor.user_id)
    context = {"sessions": open_sessions(user), "key": request.session.session_key, "roles": roles_of(user)}
    return render(request, "signin/account.html", context)


@require_POST
@signed_in_page()
def leave_everywhere(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Includes the current session."""
    sign_out_everywhere(user=get_object_or_404(User, pk=actor.user_id), actor=actor)
    request.session.flush()
    messages.success(request, _("Du är utloggad överallt."))
    return redirect("login")


@require_safe
@staff_page(Right.MANAGE_USERS)
def users(request: HttpRequest, actor: Actor) -> HttpResponse:
    page = page_of(staff_users(actor=actor), request.GET)
    rows = [(each, roles_of(each)) for each in page]
    return render(request, "signin/users.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_USERS)
def user(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    found = _found(number, actor)
    form = AreasForm(
        # An empty selection is valid.
        posted(request),
        initial={"all_areas": found.all_areas, "areas": [area.code for area in found.areas.all()]},
    )
    if form.is_valid():
        # Granting areas is as critical as granting access.
        if not recently_authenticated(request):
            return redirect_to_reauthentication(request)
        data = form.cleaned_data
        set_areas(user=found, areas=None if data["all_areas"] else list(data["areas"]), actor=actor)
        messages.success(request, _("Områdena är sparade. De gäller från nästa sida."))
        return redirect("casework:user", number=number)
    context = {
        "found": found,
        "form": form,
        "roles": roles_of(found),
        "sessions": open_sessions(found),
        "is_me": found.pk == actor.user_id,
    }
    return render(request, "signin/user.html", context)


@require_POST
@staff_page(Right.MANAGE_USERS, fresh=True)
def user_step(request: HttpRequest, actor: Actor, number: str, step: str) -> HttpResponse:
    found = _found(number, actor)
    with outcome_shown(request, _("Det är gjort.")):
        if step in ("stang", "oppna"):
            set_active(user=found, active=step == "oppna", actor=actor)
        elif step == "logga-ut":
            sign_out_everywhere(user=found, actor=actor)
        else:
            raise Http404
    return redirect("casework:user", number=number)


def _found(number: str, actor: Actor) -> User:
    if not number.isdecimal():
        raise Http404
    return get_object_or_404(staff_users(actor=actor), pk=number)
