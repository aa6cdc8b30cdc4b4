"""The provider's own affairs: terms, and its presentation as a proposal to the municipality."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.quotas.profile_forms import in_words, profile_form
from common import clock
from common.forms import posted
from provider_portal.own import selectors
from provider_portal.selectors import own_provider
from providers.models import ProfileChange
from providers.profile_changes import open_profile_changes, propose_profile, published, refuse_profile
from staff_ui.access import provider_page

# Parts that a provider writes itself. Survey results are the municipality's.
PARTS = {"texter": ProfileChange.Part.TEXTS, "uppgifter": ProfileChange.Part.FACTS}
NO_LANGUAGE = "alla"


@require_safe
@provider_page(Right.OWN_PROVIDER)
def terms(request: HttpRequest, actor: Actor) -> HttpResponse:
    today = clock.today()
    rows = selectors.terms(provider=own_provider(actor=actor), actor=actor, today=today)
    return render(request, "provider_portal/own/terms.html", {"rows": rows, "today": today})


@require_safe
@provider_page(Right.OWN_PROVIDER)
def profile(request: HttpRequest, actor: Actor) -> HttpResponse:
    provider = own_provider(actor=actor)
    parts = [("uppgifter", NO_LANGUAGE), *(("texter", language) for language, _name in settings.LANGUAGES)]
    context = {
        "provider": provider,
        "parts": [
            {
                "word": word,
                "language": language,
                "answers": in_words(
                    PARTS[word], published(provider=provider, part=PARTS[word], language=_spoken(language))
                ),
            }
            for word, language in parts
        ],
        "no_language": NO_LANGUAGE,
        "waiting": open_profile_changes().filter(provider=provider),
        "me": actor.user_id,
    }
    return render(request, "provider_portal/own/profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@provider_page(Right.OWN_PROVIDER)
def profile_edit(request: HttpRequest, actor: Actor, part: str, language: str) -> HttpResponse:
    provider = own_provider(actor=actor)
    if part not in PARTS or (part == "texter") == (language == NO_LANGUAGE):
        raise Http404
    if language != NO_LANGUAGE and language not in dict(settings.LANGUAGES):
        raise Http404
    now = published(provider=provider, part=PARTS[part], language=_spoken(language))
    form = profile_form(PARTS[part], posted(request), now)
    if form.is_bound and form.is_valid():
        try:
            propose_profile(
                provider=provider,
                part=PARTS[part],
                language=_spoken(language),
                after=form.content,
                reason=form.cleaned_data["reason"],
                actor=actor,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Förslaget är skickat. Det syns när kommunen har godkänt det."))
            return redirect("portal:profile")
    context = {"form": form, "part": part, "language": _spoken(language)}
    return render(request, "provider_portal/own/profile_edit.html", context, status=422 if form.is_bound else 200)


@require_POST
@provider_page(Right.OWN_PROVIDER)
def withdraw(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """One's own proposal; a colleague's is theirs to withdraw, or the municipality's to refuse."""
    own = open_profile_changes().filter(provider__code=actor.provider, proposed_by=actor.user_id)
    try:
        refuse_profile(change=get_object_or_404(own, reference=reference), actor=actor)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Förslaget är återtaget."))
    return redirect("portal:profile")


def _spoken(language: str) -> str:
    return "" if language == NO_LANGUAGE else language
