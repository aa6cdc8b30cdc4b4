"""Page of a joint mandate: each holder confirms or refuses the choice of one of them."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citizens.access import Citizen, citizen_page
from citizens.choosing.forms import AffirmForm, JointForm
from citizens.choosing.models import Draft
from citizens.joint import confirm, has_confirmed, refuse, waiting_for
from citizens.models import JointChoice
from common.forms import posted
from providers.models import Provider


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_page
def joint(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    waiting = waiting_for(citizen)
    if waiting is None or citizen.mandate is None or citizen.holder is None:
        if request.method == "POST":
            messages.info(request, _("Det finns inget val att bekräfta längre."))
        return redirect("citizens:choosing")
    answer = JointForm(posted(request))
    answer.is_valid()
    said = answer.cleaned_data if answer.is_bound else {}
    if said.get("act") == JointForm.NO:
        return _done(request, lambda: refuse(joint=waiting, citizen=citizen), _("Vi har tagit bort valet."))
    form = AffirmForm(posted(request), mandate=citizen.mandate, draft=Draft())
    # Only the displayed choice is confirmed: another holder may have made a new one.
    is_what_was_seen = said.get("seen") == waiting.reference
    if form.is_bound and is_what_was_seen and form.is_valid():
        assured = form.answers()["assured"]
        message = _("Du har bekräftat valet.")
        return _done(request, lambda: confirm(joint=waiting, citizen=citizen, assured=assured), message)
    changed = form.is_bound and not is_what_was_seen
    return render(request, "citizens/login/joint.html", _shown(waiting, citizen, form, changed))


def _done(request: HttpRequest, act: Callable[[], object], message: str) -> HttpResponse:
    try:
        act()
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return redirect("citizens:joint")
    messages.success(request, message)
    return redirect("citizens:choosing")


def _shown(waiting: JointChoice, citizen: Citizen, form: AffirmForm, changed: bool) -> dict[str, object]:
    codes = waiting.wishes["ranking"]
    names = dict(Provider.objects.filter(code__in=codes).values_list("code", "name"))
    assert citizen.mandate is not None  # noqa: S101
    given = {consent.holder_id for consent in waiting.consents.all()}
    return {
        "joint": waiting,
        "providers": [names.get(code, code) for code in codes],
        "holders": [(holder, holder.pk in given) for holder in citizen.mandate.holders.order_by("pk")],
        "has_confirmed": has_confirmed(waiting, citizen),
        "form": form,
        "changed": changed,
    }
