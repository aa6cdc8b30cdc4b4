"""The morning list: the night's proposal with reasons. Approved as a whole, or computed again."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.night import approve_list
from administration.runs.compare import who_differs
from administration.runs.people import people_in
from administration.runs.starting import AUDIT_FAILED
from allocation import selectors
from allocation.models import AllocationRun
from allocation.services import AuditFailed, StaleRun
from allocation.services.decide_night import changes, compute_again
from allocation.services.failures import record_failure
from choices.models import Person
from choices.selectors import visible_persons
from common.forms import Query
from secrecy.gate import Purpose, disclose
from staff_ui.access import staff_page
from staff_ui.paging import PEOPLE_IN_ORDER, keyset_page


class HoldBackForm(forms.Form):
    """People to hold back, and the reason."""

    held = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        to_field_name="reference",
        error_messages={"required": gettext_lazy("Markera dem som ska hållas inne.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Varför hålls de inne?"),
        max_length=200,
        error_messages={"required": gettext_lazy("Skriv varför de ska hållas inne.")},
        widget=forms.TextInput(attrs={"class": "text-field__input"}),
    )

    @property
    def marked(self) -> set[str]:
        """Posted references, to be checked again in the form."""
        return set(self.data.getlist("held")) if self.is_bound else set()  # type: ignore[attr-defined]


class MorningQuery(Query):
    """``fore``: the reference of the proposal that this one replaced."""

    fore = forms.SlugField(required=False)


@require_safe
@staff_page(Right.SEE_PERSONS)
def morning_list(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    return _page(request, actor, _night(actor, reference), HoldBackForm())


@require_POST
@staff_page(Right.APPROVE_RUN, fresh=True)
def approve_morning(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Approve the whole list; if it is outdated, the new one is shown instead."""
    run = _night(actor, reference)
    try:
        approve_list(run=run, actor=actor)
    except StaleRun as stale:
        messages.info(request, " ".join(stale.messages))
        return _again(request, run, actor, [], "")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("casework:run", reference=reference)
    except AuditFailed as failed:
        return _failed(request, run, failed)
    messages.success(request, _("Listan är godkänd och genomförd. Breven är skrivna."))
    return redirect("casework:run", reference=reference)


@require_POST
@staff_page(Right.APPROVE_RUN, fresh=True)
def hold_back(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    run = _night(actor, reference)
    form = HoldBackForm(request.POST)
    field: forms.ModelMultipleChoiceField[Person] = form.fields["held"]  # type: ignore[assignment]
    field.queryset = visible_persons(actor=actor).filter(pk__in=changes(run).values("person"))
    if not form.is_valid():
        return _page(request, actor, run, form, status=422)
    return _again(request, run, actor, list(form.cleaned_data["held"]), form.cleaned_data["reason"])


def _again(request: HttpRequest, run: AllocationRun, actor: Actor, persons: list[Person], reason: str) -> HttpResponse:
    try:
        again = compute_again(run=run, actor=actor, hold_back=persons, reason=reason)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("casework:run", reference=run.reference)
    except AuditFailed as failed:
        return _failed(request, run, failed)
    messages.success(request, _("Listan är omräknad. Längst ner står vad som blev annorlunda."))
    response = redirect("casework:morning_list", reference=again.reference)
    response["Location"] += f"?fore={run.reference}"
    return response


def _failed(request: HttpRequest, run: AllocationRun, failed: AuditFailed) -> HttpResponse:
    record_failure(kind=AllocationRun.Kind.NIGHT, business_date=run.business_date, error=failed)
    messages.error(request, str(AUDIT_FAILED))
    return redirect("casework:run", reference=run.reference)


def _night(actor: Actor, reference: str) -> AllocationRun:
    nights = selectors.runs(actor=actor).filter(kind=AllocationRun.Kind.NIGHT)
    found: AllocationRun = get_object_or_404(nights, reference=reference)
    return found


def _page(
    request: HttpRequest, actor: Actor, run: AllocationRun, form: HoldBackForm, *, status: int = 200
) -> HttpResponse:
    rows = changes(run)
    page = keyset_page(people_in(run=run, rows=rows, actor=actor), PEOPLE_IN_ORDER, request.GET)
    disclose(actor=actor, concerned=page, purpose=Purpose.LIST, what="morning_list")
    before = selectors.runs(actor=actor).filter(reference=MorningQuery(request.GET).asked["fore"]).first()
    differing = list(who_differs(before, run, actor=actor).order_by(*PEOPLE_IN_ORDER)) if before else []
    disclose(actor=actor, concerned=differing, purpose=Purpose.LIST, what="morning_list")
    context = {
        "run": run,
        "page": page,
        "form": form,
        "marked": form.marked,
        "unseen": rows.exclude(person__in=visible_persons(actor=actor).values("pk")).count(),
        "before": before,
        "differing": differing,
        "waits": run.status == AllocationRun.Status.PROPOSED,
    }
    return render(request, "administration/runs/morning.html", context, status=status)
