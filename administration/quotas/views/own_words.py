"""The municipality's own texts (areas, services, phone hours) in other languages."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.roles import Right
from administration.quotas.own_words_form import LANGUAGES, OwnWordsForm, given
from common.forms import posted
from providers import own_words as texts
from providers.known_words import in_readers_language
from staff_ui.access import staff_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PROVIDERS)
def own_words(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One form for each text: what citizens read now, and what the municipality has written."""
    known = texts.own_texts()
    sent = OwnWordsForm(posted(request), texts=known)
    if sent.is_valid():
        texts.translate(text=sent.cleaned_data["text"], words=sent.words, actor=actor)
        messages.success(request, _("Översättningen är sparad."))
        return redirect("casework:own_words")
    written = texts.own_words()
    rows = [
        (
            text,
            _shown(text),
            OwnWordsForm(initial=given(text, written.get(text, {})), texts=known, auto_id=f"id_{number}_%s"),
        )
        for number, text in enumerate(known)
    ]
    context = {"rows": rows, "form": sent}
    return render(request, "administration/quotas/own_words.html", context, status=422 if sent.errors else 200)


def _shown(text: str) -> list[tuple[str, str]]:
    """Languages in which citizens read a translation now, with it: the municipality's, or one that came with the
    product.
    """
    found = []
    for code in LANGUAGES:
        with override(code):
            if words := in_readers_language(text):
                found.append((code, words))
    return found
