"""Offer page: the offer, the meaning of each answer, and the answer form."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allocation.facts.ahead import ahead_of
from allocation.facts.people import placement_on
from allocation.facts.queues import waits_of
from allocation.models import Offer
from allocation.services import may_be_undone
from allocation.services.together import is_parted, is_untold
from allocation.wording import ahead_words
from citizens.access import Citizen, citizen_page
from citizens.account.answers import ALONE, NO, UNDO, YES, NotAssuredError, acts_alone, answer_offer
from citizens.account.forms import AnswerForm, AnswerQuery
from common import clock
from common.forms import faults_of, posted


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_page
def offer(request: HttpRequest, citizen: Citizen, reference: str) -> HttpResponse:
    """An answer is first selected (``?svar=``), then confirmed and sent.

    Sent twice, or from another window, it changes nothing: the page shows the current state.
    """
    found = _offer_of(citizen, reference)
    query, form = AnswerQuery(request.GET), AnswerForm(posted(request), mandate=citizen.mandate)
    picked, faults, status = query.asked["svar"], list[str](), 200
    if form.is_bound and not form.is_valid():
        status = 422
        for text in faults_of(form).messages:
            messages.error(request, text)
    elif form.is_bound:
        answer = form.cleaned_data["answer"]
        try:
            answer_offer(offer=found, answer=answer, citizen=citizen, assured=form.ticked)
            return redirect("citizens:offer", reference=reference)
        except NotAssuredError as error:
            # The same page again, with the missing confirmations.
            picked, faults, status = answer, error.messages, 422
        except ValidationError:
            # Closed, withdrawn or answered otherwise meanwhile: the page shows which.
            found = _offer_of(citizen, reference)
            status = 409
            if found.status == Offer.Status.OPEN and not _is_late(found):
                messages.error(request, _("Det gick inte att ge dig platsen. Vi har inte sparat ditt svar. Ring oss."))
            elif found.status == Offer.Status.ACCEPTED and answer == NO:
                messages.warning(request, _("Du har redan tackat ja. Ditt nej är inte sparat."))
            elif found.status == Offer.Status.DECLINED and answer in (YES, ALONE):
                messages.warning(request, _("Du har redan tackat nej. Ditt ja är inte sparat."))
    ahead = ahead_of(citizen.person, day=clock.today())
    context = {
        "citizen": citizen,
        "offer": found,
        "state": _state(found),
        "picked": picked if picked in (YES, NO, ALONE) else "",
        "not_picked": query.is_unreadable,
        "undo": UNDO if may_be_undone(found) else "",
        "steps": form.steps,
        "assured": form.ticked,
        "faults": faults,
        "alone": acts_alone(citizen),
        "now": ahead.now,
        "then": ahead.then,
        "ahead_words": ahead_words(ahead),
        "before": placement_on(person=citizen.person, day=found.starts_on - datetime.timedelta(days=1)),
        "together": _is_shared(found),
        "still_waits": _still_waits(found),
    }
    return render(request, "citizens/account/offer.html", context, status=status)


def _offer_of(citizen: Citizen, reference: str) -> Offer:
    offer: Offer | None = (
        Offer.objects.filter(person=citizen.person, reference=reference)
        .select_related("contract__provider", "contract__area", "person", "placement", "run")
        .first()
    )
    if offer is None:
        raise Http404
    return offer


def _is_shared(offer: Offer) -> bool:
    """Whether others of the household have offers too, and the person may know. Their answers are not shown."""
    if is_untold(offer):
        return False
    same = Offer.objects.filter(run=offer.run_id, unit=offer.unit).exclude(pk=offer.pk)
    return same.exclude(status=Offer.Status.WITHDRAWN).exists()


def _still_waits(offer: Offer) -> bool:
    """Whether the person is still in the queue of a provider whose offer has been withdrawn."""
    if offer.status != Offer.Status.WITHDRAWN or offer.contract.end_reason:
        return False
    return any(wait.contract.pk == offer.contract_id for wait in waits_of(offer.person, today=clock.today()))


def _is_late(offer: Offer) -> bool:
    return offer.answer_by < clock.today()


def _state(offer: Offer) -> str:
    """Page variant: open, apart (the household can no longer share it), late, yes, waits, no, silent, back or gone."""
    match offer.status:
        case Offer.Status.OPEN if _is_late(offer):
            return "late"
        case Offer.Status.OPEN:
            return "apart" if is_parted(offer) and not is_untold(offer) else "open"
        case Offer.Status.ACCEPTED:
            return "yes" if offer.placement_id else "waits"
        case Offer.Status.DECLINED:
            return "no"
        case Offer.Status.EXPIRED:
            return "back" if offer.silence_broken_at else "silent"
    return "gone"
