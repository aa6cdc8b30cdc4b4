"""Letter texts (read, propose, preview, approve) and appeal rules of letters."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.post.batches import pdf
from administration.post.difference import changes
from administration.post.forms import AppealForm, PreviewQuery, TextForm
from common import clock
from common.forms import posted
from letters import selectors, services
from letters.models import AppealRule, Language, LetterKind, LetterText
from letters.services import texts as text_services
from secrecy.gate import Purpose, disclose
from staff_ui.access import staff_page
from staff_ui.outcomes import outcome_shown


@require_safe
@staff_page(Right.APPROVE_TEXTS)
def texts(request: HttpRequest, actor: Actor) -> HttpResponse:
    in_use = {(text.kind, text.language): text for text in LetterText.objects.in_use(clock.today())}
    rows = [
        (kind, [(language, in_use.get((kind.value, language.value))) for language in Language]) for kind in LetterKind
    ]
    return render(
        request,
        "administration/post/texts.html",
        {"rows": rows, "languages": Language, "proposals": selectors.open_texts()},
    )


@require_http_methods(["GET", "POST"])
@staff_page(Right.APPROVE_TEXTS)
def text(request: HttpRequest, actor: Actor, kind: str, language: str) -> HttpResponse:
    """All versions, and a form for the next one."""
    versions = list(selectors.text_versions(kind=kind, language=language))
    if not versions:
        raise Http404
    current = next((each for each in versions if each.is_in_use), versions[0])
    form = TextForm(
        posted(request),
        kind=kind,
        language=language,
        blocks=current.blocks,
        initial={"valid_from": clock.today()},
    )
    if request.method == "POST":
        actor.require(Right.MANAGE_TEXTS)
        if form.is_valid() and (proposed := _propose(request, form, kind, language, actor)):
            return redirect("casework:text_version", kind, language, proposed.version)
    context = {"form": form, "versions": versions, "current": current}
    return render(request, "administration/post/text.html", context, status=422 if form.errors else 200)


def _propose(request: HttpRequest, form: TextForm, kind: str, language: str, actor: Actor) -> LetterText | None:
    try:
        proposed = text_services.propose_text(
            kind=kind,
            language=language,
            blocks=form.blocks(),
            valid_from=form.cleaned_data["valid_from"],
            actor=actor,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None
    messages.success(request, _("Förslaget är sparat. En annan person måste godkänna det."))
    return proposed


@require_safe
@staff_page(Right.APPROVE_TEXTS)
def version(request: HttpRequest, actor: Actor, kind: str, language: str, version: int) -> HttpResponse:
    found = _version(kind, language, version)
    before = selectors.text_before(found)
    return render(
        request,
        "administration/post/text_version.html",
        {
            "text": found,
            "before": before,
            "changes": changes(before.blocks if before else {}, found.blocks),
            "own": found.proposed_by_id is not None and found.proposed_by_id == actor.user_id,
        },
    )


@require_safe
@staff_page(Right.APPROVE_TEXTS)
def text_preview(request: HttpRequest, actor: Actor, kind: str, language: str, version: int) -> HttpResponse:
    """As PDF: with made-up facts, the longest facts (``?langst``), or the facts of a letter (``?brev=REFERENS``)."""
    found = _version(kind, language, version)
    letter = None
    asked = PreviewQuery(request.GET).asked
    if reference := asked["brev"].upper():
        # A protected person's letter shows an address or number: not available for previews.
        letter = get_object_or_404(selectors.visible_letters(actor=actor), reference=reference)
        # A made-up copy of it: protected people are excluded for every actor.
        disclose(actor=actor, concerned=selectors.concerned_in(letter), purpose=Purpose.EXPORT, what="letter")
    try:
        made = services.preview(text=found, actor=actor, extreme=asked["langst"], letter=letter)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("casework:text_version", kind, language, version)
    return pdf(made, f"prov-{kind}-{language}-{version}.pdf")


@require_POST
@staff_page(Right.APPROVE_TEXTS)
def text_step(request: HttpRequest, actor: Actor, kind: str, language: str, version: int, step: str) -> HttpResponse:
    _decide(request, _version(kind, language, version), step, actor)
    return redirect("casework:text_version", kind, language, version)


@require_http_methods(["GET", "POST"])
@staff_page(Right.APPROVE_TEXTS)
def appeals(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = AppealForm(posted(request), initial={"valid_from": clock.today()})
    if request.method == "POST":
        actor.require(Right.MANAGE_TEXTS)
        if form.is_valid():
            try:
                text_services.propose_appeal_rule(**form.cleaned_data, actor=actor)
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                messages.success(request, _("Förslaget är sparat. En annan person måste godkänna det."))
                return redirect("casework:appeals")
    context = {"form": form, "rules": selectors.appeal_rules()}
    return render(request, "administration/post/appeals.html", context, status=422 if form.errors else 200)


@require_POST
@staff_page(Right.APPROVE_TEXTS)
def appeal_step(request: HttpRequest, actor: Actor, number: int, step: str) -> HttpResponse:
    _decide(request, get_object_or_404(AppealRule, pk=number), step, actor)
    return redirect("casework:appeals")


def _decide(request: HttpRequest, proposal: LetterText | AppealRule, step: str, actor: Actor) -> None:
    steps = {
        "godkann": (text_services.approve, _("Förslaget är godkänt.")),
        "avsla": (text_services.reject, _("Förslaget är avslaget.")),
    }
    if step not in steps:
        raise Http404
    service, done = steps[step]
    with outcome_shown(request, done):
        service(proposal=proposal, actor=actor)


def _version(kind: str, language: str, version: int) -> LetterText:
    return get_object_or_404(LetterText, kind=kind, language=language, version=version)
