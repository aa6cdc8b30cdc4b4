"""Receipts and forms on paper: the receipt with the words of the letter, and the form with the questions of the
pages.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from allocation.facts import shared
from allocation.services.together import chose_alike
from choices.models import Choice
from choices.selectors import ended_wishes, is_current, with_wishes
from citizens.access import Citizen, citizen_page
from citizens.choosing.forms import ReceiptQuery
from citizens.choosing.situation import Situation
from letters import services as letters
from letters.models import Letter, LetterKind
from providers.languages import language_name


@require_safe
@citizen_page
def receipt(request: HttpRequest, citizen: Citizen, reference: str) -> HttpResponse:
    """``?redan``: it was sent before, and nothing was done this time."""
    choice = _choice_of(citizen, reference)
    situation, holds = Situation(citizen, shared.of(request)), is_current(choice)
    context = {
        "situation": situation,
        "choice": choice,
        "language": language_name(choice.language_wish).capitalize() if choice.language_wish else "",
        "holds": holds,
        "always_fits": always_fits(choice),
        "ended": list(ended_wishes(choice).values()),
        "alike": chose_alike(citizen.person) if choice.together and holds else None,
        "sent_before": ReceiptQuery(request.GET).asked["redan"],
        "letter": Letter.objects.filter(kind=LetterKind.RECEIPT, choice=choice, holder=None).first(),
        "has_pdf": letters.has_receipt_text(),
    }
    return render(request, "citizens/choosing/receipt.html", context)


def always_fits(choice: Choice) -> bool:
    """The first wish is the municipality's own provider: queue and interim provider were not asked about."""
    first = next(iter(choice.wishes.all()), None)
    return first is not None and first.provider.is_municipal


@require_safe
@citizen_page
def receipt_pdf(request: HttpRequest, citizen: Citizen, reference: str) -> HttpResponse:
    choice = _choice_of(citizen, reference)
    if not letters.has_receipt_text():
        raise Http404
    return _download(letters.receipt_pdf(choice=choice), f"kvitto-{choice.reference}.pdf")


@require_POST
@citizen_page
def paper_form(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    form, content = letters.paper_form(person=citizen.person, actor=citizen.actor)
    return _download(content, f"blankett-{form.reference}.pdf")


def _download(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _choice_of(citizen: Citizen, reference: str) -> Choice:
    """Choice of the citizen by reference; other people's are not found."""
    choices = citizen.person.choices.select_related("person__area", "round", "mandate")
    choice: Choice = get_object_or_404(choices.prefetch_related(with_wishes()), reference=reference)
    return choice
