"""The municipality's arms on letters: the picture in use, another one, or none."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from accounts.roles import Right
from administration.post.forms import ArmsForm
from common.forms import posted, uploaded
from letters import arms as pictures
from letters.services.arms import remove_arms, set_arms
from staff_ui.access import staff_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.APPROVE_TEXTS)
def arms(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = ArmsForm(posted(request), uploaded(request))
    if request.method == "POST":
        actor.require(Right.MANAGE_TEXTS)
        if form.is_valid() and _is_set(form, actor):
            messages.success(request, _("Bilden är sparad. Brev som skrivs från och med nu har den."))
            return redirect("casework:arms")
    used = pictures.in_use()
    context = {"form": form, "picture": pictures.url_of(used) if used else "", "arms": used}
    return render(request, "administration/post/arms.html", context, status=422 if form.errors else 200)


@require_POST
@staff_page(Right.MANAGE_TEXTS)
def arms_remove(request: HttpRequest, actor: Actor) -> HttpResponse:
    remove_arms(actor=actor)
    messages.success(request, _("Bilden är borttagen. Brev som skrivs från och med nu har ingen."))
    return redirect("casework:arms")


def _is_set(form: ArmsForm, actor: Actor) -> bool:
    try:
        set_arms(content=form.cleaned_data["picture"].read(), actor=actor)
    except ValidationError as error:
        form.add_error("picture", error)
        return False
    return True
