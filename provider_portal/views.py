"""The first page, and the form that asks for a reason to see a protected person."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from common import clock
from common.addresses import is_own_page
from common.forms import posted
from oversight.secrecy.forms import OnwardQuery, WeighedReasonForm
from provider_portal.selectors import overview, own_provider
from staff_ui.access import provider_page
from staff_ui.reasons import open_look, protected_person_behind


@require_safe
@provider_page()
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = {"provider": own_provider(actor=actor), "overview": overview(actor=actor, today=clock.today())}
    return render(request, "provider_portal/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@provider_page(Right.OWN_CLIENTS, asks_reason=False)
def reason(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Form for the reason. It shows nothing of the person."""
    person = protected_person_behind(reference=reference, actor=actor)
    if person is None:
        raise Http404
    form = WeighedReasonForm(posted(request))
    onward = OnwardQuery(request.GET).asked["till"]
    if not is_own_page(onward):
        onward = reverse("portal:client", args=[person.reference])
    if form.is_valid():
        open_look(request=request, person=person, reason=form.cleaned_data["reason"], actor=actor)
        return redirect(onward)
    return render(request, "oversight/secrecy/reason.html", {"form": form, "person": person})
