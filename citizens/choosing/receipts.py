"""Receipts and forms on paper: the receipt with the words of the letter, and the form with the questions of the
pages.
"""

from collections.abc import Collection

from django.db.models import Exists, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from allocation.facts import shared
from allocation.facts.ahead import after_choice, help_columns, help_of_columns
from allocation.services.together import chose_alike
from allocation.wording import AFTER_CHOICE, ahead_words
from choices.models import Choice
from choices.selectors import choice_of, ended_wishes, with_wishes
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
    choice = choice_of(person=citizen.person, reference=reference)
    if choice is None:
        raise Http404
    letter = Letter.objects.filter(kind=LetterKind.RECEIPT, choice=choice.pk, holder=None)
    holds, situation = choice.is_current, Situation(citizen, shared.of(request))
    # In one query, which needs a row.
    by_letter, has_pdf, *help = Choice.objects.filter(pk=choice.pk).values_list(
        Exists(letter), Exists(letters.receipt_text()), *help_columns(citizen.person, day=situation.day)
    )[0]
    situation.help = help_of_columns(*help)
    ended = ended_wishes(choice) if choice.is_amended else {}
    context = {
        "situation": situation,
        "choice": choice,
        "language": language_name(choice.language_wish).capitalize() if choice.language_wish else "",
        "holds": holds,
        "always_fits": always_fits(choice),
        "ended": list(ended.values()),
        "alike": chose_alike(citizen.person) if choice.together and holds else None,
        "is_being_decided": (of_round := holds and situation.decides(choice)),
        "after": after_words(choice, ended, situation) if holds and not of_round else "",
        "sent_before": ReceiptQuery(request.GET).asked["redan"],
        "letter": by_letter,
        "has_pdf": has_pdf,
    }
    return render(request, "citizens/choosing/receipt.html", context)


def after_words(choice: Choice, ended: Collection[int], situation: Situation) -> str:
    """Consequence of a choice that no round decides."""
    ahead = situation.ahead
    left = [wish.provider for wish in choice.wishes.all() if wish.provider_id not in ended]
    if ahead.then and left and ahead.then.contract.provider == left[0]:
        return ahead_words(ahead)
    words = AFTER_CHOICE[after_choice(choice, left=left, now=ahead.kept, is_helped=ahead.is_ever_helped)]
    return str(words).format(provider=ahead.kept.name if ahead.kept else "")


def always_fits(choice: Choice) -> bool:
    """The first wish is the municipality's own provider: queue and interim provider were not asked about."""
    first = next(iter(choice.wishes.all()), None)
    return first is not None and first.provider.is_municipal


@require_safe
@citizen_page
def receipt_pdf(request: HttpRequest, citizen: Citizen, reference: str) -> HttpResponse:
    choice: Choice = get_object_or_404(_choices_of(citizen), reference=reference)
    if not letters.receipt_text().exists():
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


def _choices_of(citizen: Citizen) -> "QuerySet[Choice]":
    """Choices of the citizen; other people's are not found."""
    choices: QuerySet[Choice] = Choice.objects.of_person(citizen.person).select_related("round", "mandate")
    return choices.prefetch_related(with_wishes())
