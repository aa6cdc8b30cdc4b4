"""Proof of a round's letters: one person proposes, another approves, and only the approved content is printed.

A round is frozen on an approved proof. If anything changes after that (a new text, a new provider), no letter is
written until a new proof has been approved. (A round frozen from the command line has no proof.)
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.models import ChoiceRound
from choices.services import freeze_round
from common import clock
from common.four_eyes import decide
from letters import samples
from letters.arms import digest_in_use
from letters.content import Content, compose
from letters.facts.choosing import comparison_facts, round_facts
from letters.facts.common import Setting
from letters.layout import LAYOUT_VERSION
from letters.models import LetterKind, RoundProof
from letters.services.store import require_text
from providers.models import Area

KINDS = (LetterKind.INVITATION, LetterKind.REMINDER)


def to_be_printed(round: ChoiceRound) -> dict[str, Any]:
    """Content of the round's letters as of today, in comparable form.

    Raises:
        ValidationError: a text is missing.
    """
    texts: dict[str, int] = {}
    for kind in KINDS:
        setting = Setting.of(kind)
        require_text(kind)
        texts |= {f"{kind.value} {language}": text.version for language, text in sorted(setting.texts.items())}
    areas = {
        area.code: [[card["name"], card["phone"], card["takes_in"]] for card in comparison_facts(area, round, "sv")]
        for area in round.areas.order_by("code")
    }
    return {"rules": round_facts(round), "areas": areas, "texts": texts, "arms": digest_in_use()}


def differences(was: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Differences from the proof, in words."""
    words = {
        "opens_on": _("Första dagen att välja"),
        "closes_on": _("Sista dagen att välja"),
        "starts_on": _("Dagen då det börjar gälla"),
        "told_by": _("Dagen då besked senast kommer"),
        "no_answer_rule": _("Regeln för den som inte väljer"),
        "diary_number": _("Diarienumret"),
    }
    found = [name for key, name in words.items() if was["rules"].get(key) != now["rules"][key]]
    if was["areas"].keys() != now["areas"].keys():
        found.append(_("Områdena"))
    elif was["areas"] != now["areas"]:
        found.append(_("Utförarna som går att välja"))
    if was["texts"] != now["texts"]:
        found.append(_("Brevens texter"))
    if was.get("arms", "") != now["arms"]:
        found.append(_("Kommunens vapen"))
    return found


@transaction.atomic
def propose_proof(*, round: ChoiceRound, reason: str, actor: Actor) -> RoundProof:
    """Propose a proof of the current content.

    Raises:
        ValidationError: one is already open, or nothing has changed since the last approval.
    """
    actor.require(Right.MANAGE_ROUNDS)
    round = ChoiceRound.objects.select_for_update().get(pk=round.pk)
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan lämna ett korrektur."))
    content = to_be_printed(round)
    approved = approved_proof(round)
    if approved and not differences(approved.content, content):
        raise ValidationError(_("Korrekturet är redan godkänt, och inget har ändrats sedan dess."))
    proof = RoundProof(round=round, content=content, reason=reason.strip(), proposed_by_id=actor.user_id)
    proof.full_clean()
    proof.save()
    record(actor=actor, action="proof.propose", object_reference=round.code, data={"proof": proof.reference})
    return proof


@transaction.atomic
def decide_proof(*, proof: RoundProof, approve: bool, actor: Actor) -> RoundProof:
    """Approve a proof, as another person than its proposer, or reject it.

    Raises:
        ValidationError: decided already, one's own, or the content has changed since.
    """
    actor.require(Right.APPROVE_TEXTS)
    round = ChoiceRound.objects.select_for_update().get(pk=proof.round_id)
    proof = RoundProof.objects.select_for_update().get(pk=proof.pk)
    if approve and proof.state == RoundProof.State.PROPOSED:
        _check_same(proof, round)
    decide(proof, approve=approve, actor=actor)
    record(actor=actor, action=f"proof.{proof.state}", object_reference=round.code, data={"proof": proof.reference})
    return proof


@transaction.atomic
def freeze_on_proof(*, round: ChoiceRound, actor: Actor) -> ChoiceRound:
    """Fix the round's dates and rules, once two people have approved the letters that state them.

    Raises:
        ValidationError: frozen already, no approved proof, or the content has changed since.
    """
    actor.require(Right.MANAGE_ROUNDS)
    round = ChoiceRound.objects.select_for_update().get(pk=round.pk)
    if round.frozen_at:
        raise ValidationError(_("Reglerna är redan låsta."))
    if round.closes_on < clock.today():
        raise ValidationError(_("Tiden att välja är slut."))
    proof = approved_proof(round)
    if proof is None:
        raise ValidationError(_("En annan person måste godkänna korrekturet först."))
    _check_same(proof, round)
    return freeze_round(round=round, actor=actor)


def check_proof(round: ChoiceRound) -> None:
    """Raise ValidationError if the letters would differ from the proof. Called before any is written."""
    if proof := approved_proof(round):
        _check_same(proof, round)


def approved_proof(round: ChoiceRound) -> RoundProof | None:
    approved = RoundProof.objects.filter(round=round, state=RoundProof.State.APPROVED)
    return approved.order_by("-decided_at").first()


def _check_same(proof: RoundProof, round: ChoiceRound) -> None:
    if changed := differences(proof.content, to_be_printed(round)):
        raise ValidationError(
            _("Det här har ändrats sedan korrekturet den %(day)s: %(what)s. Gör ett nytt korrektur.")
            % {"day": date_format(proof.proposed_at), "what": ", ".join(changed)}
        )


def proof_content(
    *, round: ChoiceRound, area: Area, kind: LetterKind, language: str, alarm_only: bool, actor: Actor
) -> Content:
    """Letter content as an inhabitant of the area would get it, with an invented addressee.

    Raises:
        ValidationError: there is no text in that language.
    """
    _may_read(actor)
    facts, blocks = _letter(round, area, kind, language, alarm_only)
    return compose(facts=facts, blocks=blocks)


def proof_pdf(
    *, round: ChoiceRound, area: Area, kind: LetterKind, language: str, alarm_only: bool, actor: Actor
) -> bytes:
    """The same as a PDF."""
    _may_read(actor)
    from letters.pdf import letter_pdf

    facts, blocks = _letter(round, area, kind, language, alarm_only)
    return letter_pdf(facts=facts, blocks=blocks, layout_version=LAYOUT_VERSION)[0]


def _may_read(actor: Actor) -> None:
    if not actor.may(Right.MANAGE_ROUNDS):
        actor.require(Right.APPROVE_TEXTS)


def _letter(
    round: ChoiceRound, area: Area, kind: LetterKind, language: str, alarm_only: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    setting = Setting.of(kind)
    if language not in setting.texts:
        raise ValidationError(_("Det finns ingen text på det språket."))
    providers = comparison_facts(area, round, language)
    facts = (
        samples.common(kind, language)
        | setting.shared()
        | round_facts(round)
        | {
            "area": area.code,
            "alarm_only": alarm_only,
            "now": next((card["name"] for card in providers if card["kind"] == "municipal"), ""),
            "code": "",
            "url": "",
            "providers": providers,
        }
    )
    return facts, setting.texts[language].blocks
