"""Citizen's own pages. Each has one purpose, and works by keyboard, on paper and without JavaScript."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from allocation.models import ContactTask
from allocation.services import ask_for_call
from allocation.services.together import apart_as_told
from choices.selectors import current_choice_of
from citizens.access import Citizen, citizen_page
from citizens.account import answers
from citizens.account.forms import AssureForm, CallMeForm
from citizens.account.home import home_of, taken_back_by
from citizens.account.letters import letters_for, open_letter
from citizens.account.queue import queue_page
from common import clock
from common.forms import posted
from letters.models import Letter
from providers.models import Provider


@require_safe
@citizen_page
def home(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Current provider, next steps, and choice."""
    today = clock.today()
    mine = home_of(citizen, day=today)
    context = {"citizen": citizen, "mine": mine, "today": today, "alone": answers.acts_alone(citizen)}
    return render(request, "citizens/account/home.html", context)


@require_safe
@citizen_page
def queue(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Approximate place, waiting times of others, and the reason for the unmet wish."""
    page = queue_page(citizen.person, day=clock.today())
    return render(request, "citizens/account/queue.html", {"citizen": citizen, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_page
def leave_queue(request: HttpRequest, citizen: Citizen, code: str) -> HttpResponse:
    """Withdraw one wish. The others keep their dates."""
    provider = get_object_or_404(Provider, code=code)
    page = queue_page(citizen.person, day=clock.today())
    mine = next((line for line in page.lines if line.provider == provider), None)
    if mine is None:
        messages.info(request, _("Du står inte i kö till %(provider)s.") % {"provider": provider})
        return redirect("citizens:queue")
    if mine.offer:
        # With an offer the queue is left by declining it: that page explains the consequences.
        return redirect("citizens:offer", reference=mine.offer.reference)
    form = AssureForm(posted(request), mandate=citizen.mandate)
    faults, status = list[str](), 200
    if form.is_bound:
        faults, status = _answered(
            request, lambda: answers.leave_queue(provider=provider, citizen=citizen, assured=form.ticked)
        )
        if status == 200:
            messages.success(request, _("Du står inte längre i kö till %(provider)s.") % {"provider": provider})
            return redirect("citizens:queue")
    context = {
        "citizen": citizen,
        "line": mine,
        "others": len(page.lines) > 1,
        "meanwhile": page.meanwhile,
        "steps": form.steps,
        "assured": form.ticked,
        "faults": faults,
        "alone": answers.acts_alone(citizen),
        "together": _chose_together(citizen),
    }
    return render(request, "citizens/account/leave_queue.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_page
def take_back(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Take the choice back: its wishes end, and all queues are left."""
    mine = taken_back_by(citizen, day=clock.today())
    if mine.offer:
        # An open offer is answered first: that page explains the consequences.
        return redirect("citizens:offer", reference=mine.offer.reference)
    if mine.choice is None or not mine.wishes:
        messages.info(request, _("Du har inget val att ta tillbaka."))
        return redirect("citizens:home")
    form = AssureForm(posted(request), mandate=citizen.mandate)
    faults, status = list[str](), 200
    if form.is_bound:
        faults, status = _answered(request, lambda: answers.take_back_choice(citizen=citizen, assured=form.ticked))
        if status == 200:
            messages.success(request, _("Du har tagit tillbaka ditt val."))
            return redirect("citizens:receipt", reference=mine.choice.reference)
    context = {
        "citizen": citizen,
        "mine": mine,
        "queues": any(mine.now is None or wish.provider != mine.now.contract.provider for wish in mine.wishes),
        "steps": form.steps,
        "assured": form.ticked,
        "faults": faults,
        "alone": answers.acts_alone(citizen),
    }
    return render(request, "citizens/account/take_back.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_page
def alone(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Wait without the household, for wishes it no longer shares."""
    apart = apart_as_told(citizen.person)
    if not apart:
        messages.info(request, _("Det finns inget att svara på här just nu."))
        return redirect("citizens:home")
    form = AssureForm(posted(request), mandate=citizen.mandate)
    faults, status = list[str](), 200
    if form.is_bound:
        faults, status = _answered(request, lambda: answers.go_alone(citizen=citizen, assured=form.ticked))
        if status == 200:
            messages.success(request, _("Nu väntar du ensam. Du har kvar dina dagar i kön."))
            return redirect("citizens:home")
    context = {
        "citizen": citizen,
        "apart": apart,
        "steps": form.steps,
        "assured": form.ticked,
        "faults": faults,
        "alone": answers.acts_alone(citizen),
    }
    return render(request, "citizens/account/alone.html", context, status=status)


def _answered(request: HttpRequest, store: Callable[[], bool | None]) -> tuple[list[str], int]:
    """Faults and status of the page that asks again; 200: the answer is stored. ``store``: False, nothing was left to
    change.
    """
    try:
        if store() is not False:
            return [], 200
    except answers.NotAssuredError as error:
        return error.messages, 422
    except ValidationError:
        # Changed meanwhile, or no longer possible.
        pass
    messages.error(request, _("Det gick inte att ändra här. Ring oss, så hjälper vi dig."))
    return [], 409


def _chose_together(citizen: Citizen) -> bool:
    choice = current_choice_of(person=citizen.person)
    return choice is not None and choice.together


@require_safe
@citizen_page
def letters(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    return render(request, "citizens/account/letters.html", {"citizen": citizen, "letters": letters_for(citizen)})


@require_safe
@citizen_page
def letter(request: HttpRequest, citizen: Citizen, reference: str) -> HttpResponse:
    """The letter exactly as sent. The access is logged."""
    try:
        path = open_letter(citizen, reference=reference)
    except Letter.DoesNotExist:
        raise Http404 from None
    return HttpResponse(
        path.read_bytes(),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{reference}.pdf"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_page
def call_me(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """A repeated request is one call: the latest number and text replace the earlier ones."""
    form = CallMeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        ask_for_call(
            person=citizen.person,
            phone=form.cleaned_data["phone"],
            words=form.cleaned_data["about"],
            actor=citizen.actor,
            mandate=citizen.mandate,
        )
        return redirect("citizens:call_me")
    asked = citizen.person.contact_tasks.filter(kind=ContactTask.Kind.ASKED, status=ContactTask.Status.TO_DO).first()
    status = 422 if form.errors else 200
    return render(
        request, "citizens/account/call_me.html", {"citizen": citizen, "form": form, "asked": asked}, status=status
    )
