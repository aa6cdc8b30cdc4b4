"""Setting for the decision on a night's proposal: by an officer, or automatically where the law allows it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.roles import Right
from common.forms import posted
from providers.models import NightDecides
from providers.selectors import municipality
from providers.services import set_night_decides
from staff_ui.access import staff_page
from staff_ui.forms import StaffForm


class NightForm(StaffForm):
    decides = forms.ChoiceField(label=gettext_lazy("Vem beslutar om nattens förslag?"), choices=NightDecides.choices)
    basis = forms.CharField(
        label=gettext_lazy("Stöd för att natten beslutar själv"),
        help_text=gettext_lazy("Nämndens beslut och juristens bedömning, med datum eller diarienummer."),
        max_length=300,
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PROVIDERS, fresh=True)
def night_decides(request: HttpRequest, actor: Actor) -> HttpResponse:
    own = municipality()
    begins = {"decides": own.night_decides, "basis": own.night_decides_basis}
    form = NightForm(posted(request), initial=begins)
    if form.is_valid():
        data = form.cleaned_data
        try:
            set_night_decides(decides=data["decides"], basis=data["basis"], actor=actor)
        except ValidationError as error:
            form.add_error("basis", error.messages)
        else:
            messages.success(request, _("Sparat. Det gäller från nästa natt."))
            return redirect("casework:night_decides")
    return render(request, "administration/quotas/night.html", {"form": form}, status=422 if form.errors else 200)
