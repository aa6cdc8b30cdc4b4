"""Proof of a round's letters: preview, proposal, decision by another person."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.post.batches import pdf
from administration.rounds.forms import ProofDecisionForm, ProofForm, ProofReasonForm
from choices.models import ChoiceRound
from common.forms import faults_of
from letters import services
from letters.models import LetterKind, RoundProof
from letters.services.proof import approved_proof, differences, to_be_printed
from providers.wording import IF_YOU_DO_NOTHING
from staff_ui.access import staff_page


@require_safe
@staff_page()
def proof(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    round = _round(code, actor)
    form = ProofForm(request.GET, round=round)
    waiting = _open(round)
    context: dict[str, Any] = {
        "round": round,
        "form": form,
        "if_you_do_nothing": IF_YOU_DO_NOTHING[round.no_answer_rule],
        "waiting": waiting,
        "own": waiting is not None and waiting.proposed_by_id == actor.user_id,
        "history": RoundProof.objects.filter(round=round).select_related("proposed_by", "decided_by"),
    }
    try:
        context["changed"] = _changed(round)
        if form.is_valid():
            context["content"] = services.proof_content(**_asked(form), round=round, actor=actor)
            context["lang"] = form.cleaned_data["sprak"][:2]
    except ValidationError as error:
        form.add_error(None, error)
    return render(request, "administration/rounds/proof.html", context)


@require_safe
@staff_page()
def proof_pdf(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    round = _round(code, actor)
    form = ProofForm(request.GET, round=round)
    if not form.is_valid():
        raise Http404
    try:
        made = services.proof_pdf(**_asked(form), round=round, actor=actor)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("casework:round_proof", code=code)
    return pdf(made, f"korrektur-{round.code}-{form.cleaned_data['brev']}-{form.cleaned_data['sprak']}.pdf")


@require_POST
@staff_page()
def proof_step(request: HttpRequest, actor: Actor, code: str, step: str) -> HttpResponse:
    round = _round(code, actor)
    try:
        if step == "lamna":
            why = ProofReasonForm(request.POST)
            if not why.is_valid():
                raise faults_of(why)
            reason = why.cleaned_data["reason"] or _("Korrektur")
            services.propose_proof(round=round, reason=reason, actor=actor)
            done = _("Korrekturet är lämnat. En annan person läser och godkänner det.")
        elif step in ("godkann", "avsla"):
            read = ProofDecisionForm(request.POST)
            wanted = read.cleaned_data["proof"] if read.is_valid() else ""
            found = RoundProof.objects.filter(round=round, reference=wanted).first()
            # The decision applies to the previewed proof only, never to a later one.
            if found is None:
                raise ValidationError(_("Det finns inget korrektur som väntar på beslut."))
            services.decide_proof(proof=found, approve=step == "godkann", actor=actor)
            done = _("Korrekturet är godkänt.") if step == "godkann" else _("Korrekturet är avslaget.")
        else:
            raise Http404
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, done)
    return redirect("casework:round_proof", code=code)


def _round(code: str, actor: Actor) -> ChoiceRound:
    """Round for those who make rounds, and those who approve texts."""
    if not (actor.may(Right.MANAGE_ROUNDS) or actor.may(Right.APPROVE_TEXTS)):
        raise PermissionDenied
    return get_object_or_404(ChoiceRound.objects.prefetch_related("areas"), code=code)


def _open(round: ChoiceRound) -> RoundProof | None:
    waiting = RoundProof.objects.filter(round=round, state=RoundProof.State.PROPOSED)
    return waiting.select_related("proposed_by").first()


def _changed(round: ChoiceRound) -> list[str]:
    """Differences from the pending proof, or else from the approved one."""
    held = _open(round) or approved_proof(round)
    return differences(held.content, to_be_printed(round)) if held else []


def _asked(form: ProofForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "area": data["omrade"],
        "kind": LetterKind(data["brev"]),
        "language": data["sprak"],
        "alarm_only": data["hjalp"] == "larm",
    }
