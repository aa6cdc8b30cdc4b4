"""A call to make, and an offer to answer on somebody's behalf."""

import datetime

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
from allocation.services import accept_offer, break_silence, decline_offer, record_attempt, withdraw_offer
from audit.services import record_reads
from choices.models import Choice
from common import clock
from desk import calls
from desk.offers import offer_page
from desk.views.work import mark_context
from desk.work import marks, one_item
from staff_ui.access import staff_page

CALL_KINDS = {ContactTask.Kind.GAP: "utan", ContactTask.Kind.EXIT: "upphor", ContactTask.Kind.ASKED: "bett"}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.WORK_LIST)
def call(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    try:
        found = calls.call(reference=reference, actor=actor)
    except ContactTask.DoesNotExist:
        raise Http404 from None
    tried = len(found.task.attempts.all())
    status = 200
    if request.method == "POST":
        if request.POST.get("forsok") != str(tried):
            # Nothing is written: the page shows the other's call, and what was typed.
            messages.error(request, _("Någon annan har ringt under tiden. Läs vad som hände. Ditt är inte sparat än."))
            status = 409
        elif _try(request, found, actor):
            return redirect("casework:home" if request.POST.get("resultat") != "reached" else request.path)
    record_reads(actor=actor, person_references=[found.task.person.reference], what="call")
    item = one_item(key=_key(found.task), actor=actor, today=clock.today())
    context = {
        "call": found,
        "task": found.task,
        "person": found.task.person,
        "results": ContactAttempt.Result.choices,
        "typed": request.POST,
        **mark_context(item, actor),
    }
    return render(request, "desk/call.html", context, status=status)


def _key(task: ContactTask) -> str:
    return f"{CALL_KINDS.get(ContactTask.Kind(task.kind), 'samtal')}:{task.reference}"


def _try(request: HttpRequest, found: calls.Call, actor: Actor) -> bool:
    posted = request.POST
    try:
        with transaction.atomic():
            note = posted.get("anteckning", "")[:2000]
            record_attempt(task=found.task, result=posted.get("resultat", ""), note=note, actor=actor)
            if posted.get("vill") and found.silent_offer:
                break_silence(offer=found.silent_offer, actor=actor)
            _rest(request, found, actor)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return False
    messages.success(request, _("Samtalet är sparat."))
    return True


def _rest(request: HttpRequest, found: calls.Call, actor: Actor) -> None:
    """To be called again another day: out of the list until then."""
    try:
        until = datetime.date.fromisoformat(request.POST.get("ring_igen", ""))
    except ValueError:
        return
    item = one_item(key=_key(found.task), actor=actor, today=clock.today())
    if item and request.POST.get("resultat") != ContactAttempt.Result.REACHED:
        try:
            marks.rest(item=item, seen=item.version, until=until, reason="Ring igen", actor=actor)
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
            said = _answer(request, found.offer, actor)
        except ValidationError as error:
            for text in error.messages:
                messages.error(request, text)
        else:
            messages.success(request, said)
        return redirect("casework:offer", reference=reference)
    record_reads(actor=actor, person_references=[found.offer.person.reference], what="offer")
    item = one_item(key=f"erbjudande:{reference}", actor=actor, today=clock.today())
    channels = [choice for choice in Choice.Channel.choices if choice[0] != Choice.Channel.WEB]
    context = {"shown": found, "offer": found.offer, "person": found.offer.person, "channels": channels}
    return render(request, "desk/offer.html", {**context, **mark_context(item, actor)})


def _answer(request: HttpRequest, offer: Offer, actor: Actor) -> str:
    if request.POST.get("status") != offer.status:
        raise ValidationError(
            _("Någon annan har ändrat erbjudandet under tiden: %(status)s. Ditt svar är inte sparat.")
            % {"status": offer.get_status_display()}
        )
    match request.POST.get("svar"):
        case "ja":
            answered = accept_offer(offer=offer, actor=actor)
            if answered.placement_id:
                return _("Ja är sparat. Den nya utföraren är registrerad.")
            return _("Ja är sparat. Platsen tas när alla i hushållet har sagt ja.")
        case "nej":
            channel = request.POST.get("hur", "")
            decline_offer(offer=offer, channel=channel if channel in Choice.Channel.values else "phone", actor=actor)
            return _("Nej är sparat. Personen står kvar i sina andra köer.")
        case "aterta":
            reason = request.POST.get("skal", "").strip()
            if not reason:
                raise ValidationError(_("Skriv varför erbjudandet tas tillbaka."))
            withdraw_offer(offer=offer, reason=reason[:200], actor=actor)
            return _("Erbjudandet är återtaget.")
        case "vill":
            break_silence(offer=offer, actor=actor)
            return _("Sparat. Önskemålet räknas igen, med samma ködatum.")
    raise ValidationError(_("Välj ett svar."))
