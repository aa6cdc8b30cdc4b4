"""Rounds: copied from the previous one, proofread by two people before freezing, followed until they close."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.rounds.calendar import calendar
from administration.rounds.follow_up import follow_up, without_answer
from administration.rounds.forms import RoundForm, initial_of
from administration.rounds.listing import all_rounds, phase_of
from administration.rounds.population import population
from choices.models import ChoiceRound
from choices.round_changes import RoundChanged, change_round, close_frozen, next_round, state_of
from choices.services import create_round
from common import clock
from common.forms import VersionedForm, posted
from common.suppression import SMALLEST_SHOWN
from letters.models import RoundProof
from letters.services import freeze_on_proof
from letters.services.proof import approved_proof
from providers.wording import IF_YOU_DO_NOTHING
from secrecy.gate import Purpose, counts_everybody, disclose
from staff_ui.access import staff_page
from staff_ui.paging import PEOPLE_IN_ORDER, keyset_page


@require_safe
@staff_page(Right.SEE_FIGURES)
def rounds(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "administration/rounds/rounds.html", {"rounds": all_rounds()})


@require_safe
@staff_page(Right.SEE_FIGURES)
def detail(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    round = _round(code)
    has_answers = bool(round.frozen_at) and round.opens_on <= clock.today()
    context = {
        "round": round,
        "phase": phase_of(round),
        "state": state_of(round),
        "if_you_do_nothing": IF_YOU_DO_NOTHING[round.no_answer_rule],
        "calendar": calendar(round=round),
        "population": population(round=round, actor=actor) if counts_everybody(actor) else None,
        "small": SMALLEST_SHOWN,
        "proof": RoundProof.objects.filter(round=round).select_related("proposed_by", "decided_by").first(),
        "approved": approved_proof(round),
        "has_answers": has_answers,
        "shown": follow_up(round=round) if has_answers and counts_everybody(actor) else None,
        "can_close": round.frozen_at and not round.closed_at and round.closes_on < clock.today(),
        "can_write": round.frozen_at and round.closes_on >= clock.today(),
        "run": round.runs.order_by("-proposed_at").first(),
    }
    return render(request, "administration/rounds/round.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_ROUNDS)
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Initial dates and rules are those of the previous round."""
    last = ChoiceRound.objects.order_by("-opens_on").first()
    form = RoundForm(posted(request), initial=next_round(last, day=clock.today()) if last else None)
    if form.is_valid():
        try:
            round = create_round(**form.values, actor=actor)
        except ValidationError as error:
            _add_errors(form, error)
        else:
            messages.success(request, _("Valomgången är skapad. Den syns utåt först när reglerna är låsta."))
            return redirect("casework:round", code=round.code)
    context = {"form": form, "last": last}
    return render(request, "administration/rounds/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_ROUNDS)
def change(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    round = _round(code)
    form = RoundForm(posted(request), round=round, initial={**initial_of(round), "seen": state_of(round)})
    status = 200
    if form.is_valid():
        try:
            change_round(round=round, seen=form.cleaned_data["seen"], actor=actor, **form.values)
        except RoundChanged:
            # The input stays in the form, current values are shown, and the next submission is based on them.
            return _changed(request, _round(code), form)
        except ValidationError as error:
            _add_errors(form, error)
        else:
            messages.success(request, _("Ändringen är sparad."))
            return redirect("casework:round", code=code)
    if form.errors:
        status = 422
    return render(request, "administration/rounds/form.html", {"form": form, "round": round}, status=status)


def _changed(request: HttpRequest, now: ChoiceRound, form: RoundForm | None, verb: str = "") -> HttpResponse:
    context: dict[str, Any] = {"round": now, "phase": phase_of(now), "verb": verb, "form": form, "rows": []}
    if form:
        fresh = RoundForm(round=now, initial=initial_of(now))
        for field in fresh:
            if not field.is_hidden:
                mine, theirs = (
                    _in_words(form, field.name, form.cleaned_data.get(field.name)),
                    _in_words(fresh, field.name, field.initial),
                )
                context["rows"].append((field.label, mine, theirs, mine != theirs))
        form.renew(state_of(now))
    return render(request, "administration/rounds/changed.html", context, status=409)


def _in_words(form: RoundForm, name: str, value: Any) -> str:
    if name == "areas":
        return ", ".join(sorted(str(area) for area in value or []))
    choices = dict(getattr(form.fields[name], "choices", ()))
    if isinstance(value, bool):
        return _("Ja") if value else _("Nej")
    return str(choices.get(value, value) if value not in (None, "") else "–")


@require_POST
@staff_page(Right.MANAGE_ROUNDS)
def freeze(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    return _step(
        request, code, lambda round: freeze_on_proof(round=round, actor=actor),
        _("Reglerna är låsta. Nu kan inbjudningarna skrivas."), _("låsa reglerna"),
    )  # fmt: skip


@require_POST
@staff_page(Right.MANAGE_ROUNDS)
def close(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    return _step(
        request, code, lambda round: close_frozen(round=round, actor=actor),
        _("Valomgången är stängd. Nu kan fördelningen räknas ut."), _("stänga valomgången"),
    )  # fmt: skip


def _step(
    request: HttpRequest, code: str, service: Callable[[ChoiceRound], object], done: str, verb: str
) -> HttpResponse:
    """``seen`` is the displayed version of the round: a stale form shows the changes instead."""
    round = _round(code)
    form = VersionedForm(request.POST)
    form.is_valid()
    try:
        with transaction.atomic():
            changed = _state_now(round) != form.cleaned_data["seen"]
            if not changed:
                service(round)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return redirect("casework:round", code=code)
    if changed:
        return _changed(request, _round(code), None, verb)
    messages.success(request, done)
    return redirect("casework:round", code=code)


def _state_now(round: ChoiceRound) -> str:
    """Locked until the end of the transaction."""
    return state_of(ChoiceRound.objects.select_for_update().get(pk=round.pk))


@require_safe
@staff_page(Right.SEE_PERSONS)
def unanswered(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    round = _round(code)
    page = keyset_page(without_answer(round=round, actor=actor), PEOPLE_IN_ORDER, request.GET)
    disclose(actor=actor, concerned=page, purpose=Purpose.LIST, what="round_unanswered")
    return render(request, "administration/rounds/unanswered.html", {"round": round, "page": page})


def _round(code: str) -> ChoiceRound:
    return get_object_or_404(ChoiceRound.objects.prefetch_related("areas"), code=code)


def _add_errors(form: RoundForm, error: ValidationError) -> None:
    """Add the errors to the form, each to its field where it has one."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, faults in error.error_dict.items():
        form.add_error(name if name in form.fields else None, faults)
