"""Pages of a choice. All of them work without JavaScript. ``static/js/citizens/choosing.js`` gets the page that follows
in the response to what it posts: one request in place of two.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allocation.facts import shared
from choices.services import MOST_WISHES
from citizens.access import Citizen, citizen_page, typed_before
from citizens.choosing import drafts, path
from citizens.choosing.forms import (
    AffirmForm,
    QuestionForm,
    SendForm,
    StartForm,
    StartQuery,
    StepForm,
    StepQuery,
    question_of,
)
from citizens.choosing.models import Draft
from citizens.choosing.path import Path
from citizens.choosing.sending import ChangedMeanwhile, Seen, gone_names, send
from citizens.choosing.situation import Situation
from common.forms import posted

GET_AND_POST = ["GET", "HEAD", "POST"]
# Sent by static/js/citizens/choosing.js.
FROM_SCRIPT = "X-Page"


@require_http_methods(GET_AND_POST)
@citizen_page
def start(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Current provider, default without an answer, and start button."""
    draft = citizen.draft
    situation = Situation(citizen, shared.of(request), draft)
    if request.method == "POST":
        form = StartForm(request.POST)
        if form.is_valid() and form.cleaned_data["act"] == StartForm.DISCARD:
            drafts.discard(citizen=citizen)
            return redirect("citizens:choosing")
        return _onwards(request, Path(situation, draft or drafts.begin(citizen=citizen, current=situation.current)))
    context = {"situation": situation, "draft": draft, "asked": StartQuery(request.GET).asked}
    return render(request, "citizens/choosing/start.html", context)


@require_http_methods(GET_AND_POST)
@citizen_page
def step(request: HttpRequest, citizen: Citizen, step: str) -> HttpResponse:
    """One question. ``?kolla`` in the URL: return to the summary afterwards."""
    draft = citizen.draft
    if draft is None:
        return redirect("citizens:choosing")
    here = Path(Situation(citizen, shared.of(request), draft), draft)
    if not here.has(step):
        return _onwards(request, here)
    data = posted(request) if request.method == "POST" else typed_before(request, citizen)
    sent = StepForm(data) if data is not None else None
    if sent:
        sent.is_valid()
        if sent.cleaned_data.get("draft") != draft.reference:
            # An older window, whose answers have been sent since.
            return redirect(f"{reverse('citizens:choosing')}?skickat")
    try:
        return _open(request, here, step, data, sent)
    except Draft.DoesNotExist:
        return redirect(f"{reverse('citizens:choosing')}?skickat")


def _open(
    request: HttpRequest, here: Path, step: str, data: Mapping[str, Any] | None = None, sent: StepForm | None = None
) -> HttpResponse:
    return _rank(request, here, sent) if step == path.RANK else _ask(request, here, step, data)


def _ask(request: HttpRequest, here: Path, step: str, data: Mapping[str, Any] | None) -> HttpResponse:
    form: AffirmForm | QuestionForm
    if step == path.WHO and here.situation.mandate:
        form = AffirmForm(data, mandate=here.situation.mandate, draft=here.draft)
    else:
        form = QuestionForm(data, question=question_of(step, here.situation), draft=here.draft)
    if form.is_valid():
        draft = drafts.answer(draft=here.draft, answers=form.answers())
        return _after(request, Path(here.situation, draft), step)
    return _page(request, "who" if step == path.WHO else "question", here, step, form=form)


def _rank(request: HttpRequest, here: Path, sent: StepForm | None) -> HttpResponse:
    form, asked = forms.Form(sent.data if sent else None), StepQuery(request.GET).asked
    act, code = sent.pressed if sent else ("", "")
    told = here.situation.offered.get(asked["nu"])
    if act == "vidare":
        # Ended providers are removed from the list: the page has announced it.
        still_wished = [each for each in here.draft.ranking if each not in here.gone]
        draft = drafts.answer(draft=here.draft, answers={"ranking": still_wished})
        if still_wished:
            return _after(request, Path(here.situation, draft), path.RANK)
        form.add_error(None, _("Välj minst en utförare."))
        here = Path(here.situation, draft)
    elif sent:
        # An unreadable revision counts as outdated.
        seen = sent.cleaned_data.get("seen")
        revision = -1 if seen is None else seen
        offered = set(here.situation.offered)
        done = drafts.press(draft=here.draft, act=act, code=code, revision=revision, offered=offered)
        told = here.situation.offered.get(code)
        # A page that the script shows is not sent again by a reload.
        if not (done and FROM_SCRIPT in request.headers):
            news = "andrad" if not done else f"nu={code}" if told else ""
            back = "&kolla" if asked["kolla"] else ""
            return redirect(f"{_address(path.RANK)}?{news}{back}#lista")
    wished = [here.situation.offered[code] for code in here.draft.ranking if code in here.situation.offered]
    return _page(
        request,
        "rank",
        here,
        path.RANK,
        form=form,
        wished=wished,
        others=[option.offer for option in here.situation.options if option not in wished],
        full=len(here.draft.ranking) >= MOST_WISHES,
        gone=gone_names(here),
        told=told,
        changed=asked["andrad"],
    )


def _page(request: HttpRequest, template: str, here: Path, step: str, **more: Any) -> HttpResponse:
    before = here.before(step)
    context = {
        # Target of links in the error summary: a radio group has no id of its own, its first button has.
        "target": "lista" if template == "rank" else None,
        "situation": here.situation,
        "own_name": here.situation.person.full_name,
        "kind": mandate.get_kind_display() if (mandate := here.situation.mandate) else "",
        "draft": here.draft,
        "step": step,
        "number": here.steps.index(step) + 1,
        "count": here.count,
        "back": _address(before) if before else reverse("citizens:choosing"),
        **more,
    }
    status = 400 if more["form"].errors else 200
    return render(request, f"citizens/choosing/{template}.html", context, status=status)


@require_http_methods(GET_AND_POST)
@citizen_page
def check(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Summary of all answers, each with a change link, and the send button."""
    form, kept = SendForm(posted(request)), shared.of(request)
    changed, faults = "", []
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        seen = Seen(said["draft"], said["seen"], said["round"], said["current"])
        try:
            sent = send(citizen=citizen, seen=seen, wants_letter=said["wants_letter"], shared=kept)
        except ChangedMeanwhile as error:
            changed = error.what
        except ValidationError as error:
            faults = error.messages
        else:
            if sent.choice is None:
                return redirect(f"{reverse('citizens:choosing')}?vantar")
            address = reverse("citizens:receipt", args=[sent.choice.reference])
            return redirect(f"{address}?redan" if sent.before else address)
        kept = shared.current()
    draft = drafts.draft_of(citizen) if form.is_bound else citizen.draft
    if draft is None:
        return redirect(f"{reverse('citizens:choosing')}?skickat" if form.is_bound else "citizens:choosing")
    situation = Situation(citizen, kept, draft)
    here = Path(situation, draft)
    if here.missing() and not faults:
        return _onwards(request, here)
    told = typed_before(request, citizen) if request.method == "GET" else None
    ticked = (form if form.is_bound else SendForm(told)).is_letter_ticked
    return _summary(request, here, wants_letter=ticked, changed=changed, faults=faults, came_back=told is not None)


def _summary(
    request: HttpRequest,
    here: Path,
    *,
    wants_letter: bool = False,
    changed: str = "",
    faults: Sequence[str] = (),
    came_back: bool = False,
) -> HttpResponse:
    situation = here.situation
    context = {
        "situation": situation,
        "draft": here.draft,
        "path": here,
        "answers": _answers(here),
        "round_code": situation.round.code if situation.round else "",
        "wants_letter": wants_letter,
        "changed": changed,
        "faults": faults,
        "came_back": came_back,
    }
    return render(request, "citizens/choosing/check.html", context, status=409 if changed or faults else 200)


def _answers(here: Path) -> list[tuple[str, str, str, list[str]]]:
    """Step, URL to change it, question, answer: one row each, the list of providers by name."""
    rows = []
    for each in here.steps:
        if each in (path.WHO, path.RANK):
            continue
        question = question_of(each, here.situation)
        labels = dict(question.options)
        picked = question.picked(here.draft)
        rows.append((each, _change(each), str(question.title), [labels.get(picked or "", "")]))
    if path.RANK in here.steps:
        names = [here.situation.offered[c].provider.name for c in here.draft.ranking if c in here.situation.offered]
        rows.insert(1, (path.RANK, _change(path.RANK), "", names))
    return rows


def _address(step: str) -> str:
    return reverse("citizens:choosing_step", args=[step])


def _change(step: str) -> str:
    return f"{_address(step)}?kolla"


def _onwards(request: HttpRequest, here: Path) -> HttpResponse:
    """The first unanswered page, or the summary."""
    return _next(request, here, here.missing())


def _after(request: HttpRequest, here: Path, step: str) -> HttpResponse:
    """The next page; after a changed answer the summary, unless the change requires more."""
    if not StepQuery(request.GET).asked["kolla"]:
        following = here.after(step)
        return _next(request, here, following) if following else _onwards(request, here)
    return _next(request, here, here.missing(), "?kolla")


def _next(request: HttpRequest, here: Path, step: str | None, back: str = "") -> HttpResponse:
    """A redirect to this page. ``step`` None: the summary. The script gets the page itself, and its address."""
    address = _address(step) + back if step else reverse("citizens:check")
    if FROM_SCRIPT not in request.headers:
        return redirect(address)
    page = _open(request, here, step) if step else _summary(request, here)
    page.headers["Content-Location"] = address
    return page
