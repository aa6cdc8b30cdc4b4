"""Public information on a provider: proposed by one person, approved by another."""

import copy
import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common.four_eyes import decide
from providers.models import Contract, ProfileChange, Provider, ProviderProfile, SurveyResult
from providers.optimistic_lock import locked
from providers.public import latest_figures, published_figures
from providers.selectors import ProviderCard

TEXTS = ("about", "education", "meals", "continuity", "specialisms")
FACTS = ("phone", "email", "website", "owner", "meals", "staff_languages")
SURVEY = ("question", "positive_percent", "answers", "source", "asked_on")

Part = ProfileChange.Part
Content = dict[str, Any]


def published(*, provider: Provider, part: str, language: str = "") -> Content:
    """The published fields, in the form of a proposal. Empty: nothing published."""
    if part == Part.FACTS:
        return {name: getattr(provider, name) for name in FACTS}
    if part == Part.SURVEYS:
        results = provider.survey_results.order_by("-asked_on", "question")
        return {"results": [_survey(result) for result in results]}
    profile = provider.profiles.filter(language=language).first()
    return {name: getattr(profile, name) for name in TEXTS} if profile else {}


@transaction.atomic
def propose_profile(
    *, provider: Provider, part: str, language: str = "", after: Content, reason: str, actor: Actor
) -> ProfileChange:
    """Propose public information. It is published when another person approves it.

    Raises:
        ValidationError: something is malformed or missing, nothing is changed, or a proposal is already open.
    """
    # A provider proposes what it says of itself; what its clients say is measured by others.
    of_itself = actor.may(Right.OWN_PROVIDER) and actor.provider == provider.code and part != Part.SURVEYS
    if not of_itself:
        actor.require(Right.MANAGE_PROVIDERS)
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan föreslå en ändring."))
    provider = locked(provider)
    before = published(provider=provider, part=part, language=language)
    if after == before:
        raise ValidationError(_("Inget är ändrat."))
    change = ProfileChange(
        provider=provider,
        part=part,
        language=language,
        before=before,
        after=after,
        reason=reason.strip(),
        proposed_by_id=actor.user_id,
    )
    _check(change)
    change.full_clean()
    change.save()
    _log("propose", change, actor)
    return change


@transaction.atomic
def approve_profile(*, change: ProfileChange, actor: Actor) -> None:
    """Approve and publish.

    Raises:
        ValidationError: decided already, one's own proposal, or the published information has changed since.
    """
    actor.require(Right.APPROVE_TEXTS)
    change = _held(change)
    if published(provider=change.provider, part=change.part, language=change.language) != change.before:
        raise ValidationError(
            _("Det som är publicerat har ändrats sedan förslaget skrevs. Avslå det och gör ett nytt.")
        )
    decide(change, approve=True, actor=actor)
    provider = change.provider
    if change.part == Part.FACTS:
        _filled(provider, change.after).save()
    elif change.part == Part.SURVEYS:
        provider.survey_results.all().delete()
        SurveyResult.objects.bulk_create(_results(change))
    else:
        profile = provider.profiles.filter(language=change.language).first()
        _filled(profile or ProviderProfile(provider=provider, language=change.language), change.after).save()
    _log("approve", change, actor)


@transaction.atomic
def refuse_profile(*, change: ProfileChange, actor: Actor) -> None:
    """Reject a proposal, or withdraw one's own."""
    change = _held(change)
    if change.proposed_by_id != actor.user_id:
        actor.require(Right.APPROVE_TEXTS)
    decide(change, approve=False, actor=actor)
    _log("refuse", change, actor)


def open_profile_changes() -> QuerySet[ProfileChange]:
    """Open proposals, oldest first."""
    waiting = ProfileChange.objects.filter(state=ProfileChange.State.PROPOSED)
    return waiting.select_related("provider", "proposed_by").order_by("proposed_at")


def card_with(change: ProfileChange, *, contract: Contract, language: str, takes_in: bool) -> ProviderCard:
    """The provider's public card with ``change`` applied. Nothing is saved."""
    provider = copy.copy(change.provider)
    profiles = {profile.language: profile for profile in provider.profiles.all()}
    if change.part == Part.FACTS:
        _filled(provider, change.after)
    elif change.part == Part.TEXTS:
        profiles[change.language] = _filled(ProviderProfile(provider=provider, language=change.language), change.after)
    return ProviderCard(
        provider=provider, profile=profiles.get(language) or profiles.get("sv"), contract=contract, takes_in=takes_in
    )


def figures_with(change: ProfileChange, *, day: datetime.date) -> dict[int, dict[str, SurveyResult]]:
    """``published_figures`` with ``change`` applied. Nothing is saved."""
    figures = published_figures(day=day)
    if change.part == Part.SURVEYS:
        results = sorted(_results(change), key=lambda result: result.asked_on, reverse=True)
        figures[change.provider_id] = latest_figures(results).get(change.provider_id, {})
    return figures


def _check(change: ProfileChange) -> None:
    """Raise ValidationError for values that the tables would refuse."""
    if change.part == Part.FACTS:
        _filled(copy.copy(change.provider), change.after).full_clean()
    elif change.part == Part.SURVEYS:
        asked = [(result.question, result.asked_on) for result in _results(change)]
        if len(set(asked)) < len(asked):
            raise ValidationError(_("Samma fråga finns två gånger med samma datum. Ta bort den ena."))
        for result in _results(change):
            result.full_clean(exclude=["provider"], validate_unique=False, validate_constraints=False)
            if result.positive_percent > 100:
                raise ValidationError(_("Andelen kan inte vara mer än 100 procent."))
    else:
        profile = _filled(ProviderProfile(provider=change.provider, language=change.language), change.after)
        profile.full_clean(exclude=["provider"], validate_unique=False, validate_constraints=False)


def _filled(row: Any, content: Content) -> Any:
    for name, value in content.items():
        setattr(row, name, value)
    return row


def _results(change: ProfileChange) -> list[SurveyResult]:
    return [
        SurveyResult(
            provider=change.provider, **{**result, "asked_on": datetime.date.fromisoformat(result["asked_on"])}
        )
        for result in change.after["results"]
    ]


def _survey(result: SurveyResult) -> Content:
    return {name: getattr(result, name) for name in SURVEY} | {"asked_on": str(result.asked_on)}


def _held(change: ProfileChange) -> ProfileChange:
    locked(change.provider)
    return ProfileChange.objects.select_for_update(of=("self",)).select_related("provider").get(pk=change.pk)


def _log(step: str, change: ProfileChange, actor: Actor) -> None:
    data = {"part": change.part, "language": change.language, "reference": change.reference}
    record(
        actor=actor,
        action=f"profile_change.{step}",
        object_reference=change.provider.code,
        reason=change.reason if step == "propose" else "",
        data=data,
    )
