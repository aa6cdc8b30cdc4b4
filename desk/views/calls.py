"""Phone calls, and answers to offers on a person's behalf."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import ContactAttempt, ContactTask, Offer
from allocation.services import (
    accept_offer,
    break_silence,
    decline_offer,
    move_alone,
    record_attempt,
    undo_answer,
    withdraw_offer,
)
from allocation.services.contacts import TriedMeanwhile
from choices.models import Choice
from common import clock
from common.forms import faults_of, posted
from desk import calls
from desk.forms import CallForm, OfferAnswerForm
from desk.offers import offer_page
from desk.views.work import mark_context
from desk.work import marks, one_item
from desk.work.kinds.calls import key_of
from secrecy.gate import Purpose, disclose
from staff_ui.access import staff_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.WORK_LIST)
def call(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    try:
        found = calls.call(reference=reference, actor=actor)
    except ContactTask.DoesNotExist:
        raise Http404 from None
    form, status = CallForm(posted(request)), 200
    if request.method == "POST":
        try:
            if _try(request, form, found, actor):
                reached = form.cleaned_data["result"] == ContactAttempt.Result.REACHED
                return redirect(request.path if reached else "casework:home")
            status = 422
        except TriedMeanwhile:
            # Nothing is written: the page shows the other call, and keeps the input.
            messages.error(request, _("Någon annan har ringt under tiden. Läs vad som hände. Ditt är inte sparat än."))
            status = 409
            found = calls.call(reference=reference, actor=actor)
    disclose(actor=actor, concerned=[found.task.person], purpose=Purpose.PAGE, what="call")
    item = one_item(key=key_of(found.task), actor=actor, today=clock.today())
    context = {
        "call": found,
        "task": found.task,
        "person": found.task.person,
        "results": ContactAttempt.Result.choices,
        "typed": form.data,
        **mark_context(item, actor),
    }
    return render(request, "desk/call.html", context, status=status)


def _try(request: HttpRequest, form: CallForm, found: calls.Call, actor: Actor) -> bool:
    try:
        if not form.is_valid():
            raise faults_of(form)
        data = form.cleaned_data
        with transaction.atomic():
            # An unreadable count is treated as outdated.
            tried = -1 if data["seen"] is None else data["seen"]
            result, note = data["result"], data["note"]
            record_attempt(task=found.task, tried=tried, result=result, note=note, actor=actor)
            if data["still_wants"] and found.silent_offer:
                break_silence(offer=found.silent_offer, actor=actor)
            if data["alone"] and found.apart:
                move_alone(person=found.task.person, channel=Choice.Channel.PHONE, actor=actor)
            _rest(request, data, found, actor)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return False
    messages.success(request, _("Samtalet är sparat."))
    return True


def _rest(request: HttpRequest, data: dict[str, Any], found: calls.Call, actor: Actor) -> None:
    """Snooze until the day of the next call."""
    if data["call_again_on"] is None or data["result"] == ContactAttempt.Result.REACHED:
        return
    item = one_item(key=key_of(found.task), actor=actor, today=clock.today())
    if item is None:
        return
    try:
        marks.snooze(item=item, seen=item.version, until=data["call_again_on"], reason="Ring igen", actor=actor)
    except marks.MarkedMeanwhile:
        messages.info(request, _("Någon annan har ändrat i arbetslistan. Samtalet vilar inte."))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.WORK_LIST)
def offer(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    try:
        found = offer_page(reference=reference, actor=actor)
    except Offer.DoesNotExist:
        raise Http404 from None
    if request.method == "POST":
        try:
            said = _answer(OfferAnswerForm(request.POST), found.offer, actor)
        except ValidationError as error:
            for text in error.messages:
                messages.error(request, text)
        else:
            messages.success(request, said)
        return redirect("casework:offer", reference=reference)
    disclose(actor=actor, concerned=[found.offer.person], purpose=Purpose.PAGE, what="offer")
    household = [other.person for other in found.others]
    disclose(actor=actor, concerned=household, purpose=Purpose.LIST, what="offer")
    item = one_item(key=f"erbjudande:{reference}", actor=actor, today=clock.today())
    channels = [choice for choice in Choice.Channel.choices if choice[0] != Choice.Channel.WEB]
    context = {"shown": found, "offer": found.offer, "person": found.offer.person, "channels": channels}
    return render(request, "desk/offer.html", {**context, **mark_context(item, actor)})


def _answer(form: OfferAnswerForm, offer: Offer, actor: Actor) -> str:
    if not form.is_valid():
        raise faults_of(form)
    data = form.cleaned_data
    if data["seen"] != offer.status:
        raise ValidationError(
            _("Någon annan har ändrat erbjudandet under tiden: %(status)s. Ditt svar är inte sparat.")
            % {"status": offer.get_status_display()}
        )
    received_on, channel = data["received_on"], data["channel"] or Choice.Channel.PHONE
    match data["answer"]:
        case OfferAnswerForm.YES | OfferAnswerForm.ALONE as said:
            alone = said == OfferAnswerForm.ALONE
            answered = accept_offer(offer=offer, actor=actor, received_on=received_on, alone=alone, channel=channel)
            if answered.placement_id:
                return _("Ja är sparat. Den nya utföraren är registrerad.")
            return _("Ja är sparat. Platsen tas när alla i hushållet har sagt ja.")
        case OfferAnswerForm.NO:
            decline_offer(offer=offer, channel=channel, received_on=received_on, actor=actor)
            return _("Nej är sparat. Personen står kvar i sina andra köer.")
        case OfferAnswerForm.UNDO:
            undo_answer(offer=offer, reason=data["reason"], actor=actor)
            return _("Svaret är borttaget. Erbjudandet är öppet igen.")
        case OfferAnswerForm.WITHDRAW:
            withdraw_offer(offer=offer, reason=data["reason"], actor=actor)
            return _("Erbjudandet är återtaget.")
    break_silence(offer=offer, actor=actor)
    return _("Sparat. Önskemålet räknas igen, med samma ködatum.")
