"""Login, selection of the person, and sign-out of citizens."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citizens.access import SESSION_KEY, Citizen, citizen_of, citizen_page, sign_out
from citizens.login import by_code, eid, entering
from citizens.login.acting_for import capacities_of
from citizens.login.by_code import open_by_code
from citizens.login.forms import CapacityForm, CodeForm, OnwardQuery
from common.addresses import client_address
from common.forms import posted

_STATUS = {by_code.CodeRefusal.TOO_MANY: 429, by_code.CodeRefusal.UNAVAILABLE: 503}


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Login page: by e-ID, or with the code from the letter."""
    if request.method != "POST":
        till = entering.safe(OnwardQuery(request.GET).asked["till"])
        if citizen_of(request):
            return redirect(till or reverse("citizens:home"))
        return _doors(request, CodeForm(initial={"next": till}), till)
    form = CodeForm(request.POST)
    is_valid = form.is_valid()
    data = form.cleaned_data
    till = entering.safe(data["next"])
    if not is_valid:
        return _doors(request, form, till)
    try:
        code = open_by_code(code=data["code"], birth_date=data["birth_date"], address=client_address(request))
    except by_code.CodeRefused as error:
        return _doors(request, form.without_code(), till, error)
    return entering.enter_by_code(request, code=code, till=till)


def _doors(request: HttpRequest, form: CodeForm, till: str, refused: by_code.CodeRefused | None = None) -> HttpResponse:
    shown = {
        "form": form,
        "till": till,
        "offers_eid": eid.is_offered(),
        "refused": refused,
        "time_is_up": SESSION_KEY in request.session and refused is None and not form.is_bound,
        "is_asked": bool(till) and refused is None and not form.is_bound,
    }
    return render(
        request, "citizens/login/sign_in.html", shown, status=_STATUS.get(refused.why, 200) if refused else 200
    )


@never_cache
@require_safe
def eid_start(request: HttpRequest) -> HttpResponse:
    if not eid.is_offered():
        raise Http404
    try:
        return eid.redirect_to_provider(request, till=entering.safe(OnwardQuery(request.GET).asked["till"]))
    except eid.EidRefused as error:
        return _not_let_in(request, error)


@never_cache
@require_safe
def eid_back(request: HttpRequest) -> HttpResponse:
    """Callback of the broker."""
    if not eid.is_offered():
        raise Http404
    try:
        numbers, till = eid.read_response(request)
    except eid.EidRefused as error:
        return _not_let_in(request, error)
    capacities = capacities_of(numbers)
    if not capacities:
        entering.refused(why="nobody", how="eid")
        return render(request, "citizens/not_found.html", status=403)
    return entering.enter_by_eid(request, capacities=capacities, till=till)


def _not_let_in(request: HttpRequest, error: eid.EidRefused) -> HttpResponse:
    entering.refused(why=error.why.value, how="eid")
    status = 503 if error.why.value == "provider" else 403
    return render(request, "citizens/login/not_let_in.html", {"why": error.why.value}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def select_person(request: HttpRequest) -> HttpResponse:
    """Selection of oneself or a represented person. Shown after login by e-ID, and on request."""
    capacities = entering.offered_capacities(request)
    if not capacities:
        return redirect("citizens:login")
    # By row ids: the offered capacities may have changed since the page was shown.
    by_name = {"-".join(str(part or 0) for part in capacity.session_row()): capacity for capacity in capacities}
    form = CapacityForm(posted(request), capacities=by_name)
    is_picked = form.is_valid()
    till = entering.safe(form.cleaned_data["next"] if form.is_bound else OnwardQuery(request.GET).asked["till"])
    if is_picked:
        return entering.enter_as(request, capacity=by_name[form.cleaned_data["capacity"]], till=till)
    shown = {"capacities": by_name.items(), "till": till, "nothing_picked": form.is_bound}
    return render(request, "citizens/login/acting_for.html", shown)


@require_safe
@citizen_page
def keepalive(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Keepalive of a page that has been open for long."""
    return HttpResponse(status=204)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    sign_out(request)
    messages.success(request, _("Du är utloggad."))
    return redirect("start")
