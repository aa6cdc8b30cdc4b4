"""A provider's public profile: proposed by one person, previewed as public, approved by another."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.post.difference import changes
from administration.quotas.profile_forms import LanguageQuery, in_words, profile_form
from citizens.public.comparison import provider_page
from common import clock
from common.forms import posted
from providers import public
from providers.models import Contract, ProfileChange, Provider
from providers.profile_changes import (
    approve_profile,
    card_with,
    figures_with,
    open_profile_changes,
    propose_profile,
    published,
    refuse_profile,
)
from staff_ui.access import staff_page
from staff_ui.outcomes import outcome_shown

# Names of the parts in URLs.
PARTS = {
    "texter": ProfileChange.Part.TEXTS,
    "uppgifter": ProfileChange.Part.FACTS,
    "undersokningar": ProfileChange.Part.SURVEYS,
}
NO_LANGUAGE = "alla"


@require_safe
@staff_page(Right.APPROVE_TEXTS)
def profile(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    provider = get_object_or_404(Provider, code=code)
    parts = [("uppgifter", NO_LANGUAGE), ("undersokningar", NO_LANGUAGE)]
    parts += [("texter", language) for language in _languages(provider)]
    context = {
        "provider": provider,
        "parts": [
            {"word": word, "language": language, "part": PARTS[word], "answers": _answers(provider, word, language)}
            for word, language in parts
        ],
        "no_language": NO_LANGUAGE,
        "profile_proposals": open_profile_changes().filter(provider=provider),
        "is_public": bool(public.contracts_of(provider=provider, day=clock.today())),
    }
    return render(request, "administration/quotas/profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PROVIDERS)
def profile_edit(request: HttpRequest, actor: Actor, code: str, part: str, language: str) -> HttpResponse:
    provider = get_object_or_404(Provider, code=code)
    if part not in PARTS or (language != NO_LANGUAGE and language not in _languages(provider)):
        raise Http404
    if (part == "texter") == (language == NO_LANGUAGE):
        raise Http404
    spoken = "" if language == NO_LANGUAGE else language
    now = published(provider=provider, part=PARTS[part], language=spoken)
    form = profile_form(PARTS[part], posted(request), now)
    if request.method == "POST" and form.is_valid():
        try:
            change = propose_profile(
                provider=provider,
                part=PARTS[part],
                language=spoken,
                after=form.content,
                reason=form.cleaned_data["reason"],
                actor=actor,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Förslaget är sparat. En annan person måste godkänna det innan det syns."))
            return redirect("casework:profile_change", change.reference)
    context = {"provider": provider, "form": form, "part": PARTS[part], "language": spoken}
    return render(
        request, "administration/quotas/profile_edit.html", context, status=422 if request.method == "POST" else 200
    )


@require_safe
@staff_page(Right.APPROVE_TEXTS)
def profile_change(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    change = _change(reference)
    context = {
        "change": change,
        "provider": change.provider,
        "changes": changes(in_words(change.part, change.before), in_words(change.part, change.after)),
        "is_open": change.state == ProfileChange.State.PROPOSED,
        "own": change.proposed_by_id == actor.user_id,
        "languages": _languages(change.provider),
    }
    return render(request, "administration/quotas/profile_change.html", context)


@require_safe
@staff_page(Right.APPROVE_TEXTS)
def profile_preview(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Preview of the public page, in ``?sprak=``."""
    change = _change(reference)
    language = LanguageQuery(request.GET).asked["sprak"] or change.language or "sv"
    if language not in _languages(change.provider):
        raise Http404
    day = clock.today()
    contracts = public.contracts_of(provider=change.provider, day=day)
    # Without a contract there is no public page; the preview is shown as if there were one.
    contract = contracts[0] if contracts else Contract(provider=change.provider, valid_from=day)
    card = card_with(change, contract=contract, language=language, takes_in=True)
    with translation.override(language if language in dict(settings.LANGUAGES) else "sv"):
        context = provider_page(card, contracts, day=day, figures=figures_with(change, day=day))
        return render(request, "administration/quotas/profile_preview.html", {**context, "change": change})


@require_POST
@staff_page(Right.APPROVE_TEXTS)
def profile_change_step(request: HttpRequest, actor: Actor, reference: str, step: str) -> HttpResponse:
    change = _change(reference)
    steps: dict[str, tuple[Any, str]] = {
        "godkann": (approve_profile, _("Ändringen är godkänd och syns nu.")),
        "avsla": (refuse_profile, _("Förslaget är avslaget.")),
    }
    if step not in steps:
        raise Http404
    service, done = steps[step]
    with outcome_shown(request, done):
        service(change=change, actor=actor)
    return redirect("casework:profile_change", reference)


def _languages(provider: Provider) -> list[str]:
    """Languages of the site, and others of the provider's description."""
    stored = provider.profiles.values_list("language", flat=True)
    return list(dict.fromkeys([*(code for code, _name in settings.LANGUAGES), *sorted(stored)]))


def _answers(provider: Provider, word: str, language: str) -> dict[str, str]:
    spoken = "" if language == NO_LANGUAGE else language
    return in_words(PARTS[word], published(provider=provider, part=PARTS[word], language=spoken))


def _change(reference: str) -> ProfileChange:
    related = ("provider", "proposed_by", "decided_by")
    return get_object_or_404(ProfileChange.objects.select_related(*related), reference=reference)
