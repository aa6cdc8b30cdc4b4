"""Claim of a run: an insert that only one worker can make."""

import datetime
import secrets

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from allocation import engine
from allocation.facts.days import next_start
from allocation.models import AllocationRun, ProviderExit
from choices.models import ChoiceRound
from common import clock
from providers.models import NightMode
from providers.selectors import municipality


def round_run(round: ChoiceRound, actor: Actor) -> AllocationRun:
    """Unsaved run of a round, with the round's seed; its hash was published while people still chose."""
    return AllocationRun(
        kind=AllocationRun.Kind.ROUND,
        round=round,
        business_date=clock.today(),
        effective_date=round.starts_on,
        seed=round.seed,
        label=round.code,
        engine_version=engine.ENGINE_VERSION,
        proposed_by_id=actor.user_id,
    )


def night_run(business_date: datetime.date) -> AllocationRun:
    """Unsaved run of a night. Never effective before an applied run, so as not to contradict its placements."""
    return AllocationRun(
        kind=AllocationRun.Kind.NIGHT,
        business_date=business_date,
        effective_date=next_start(business_date),
        seed=secrets.token_hex(32),
        label=f"natt {business_date}",
        makes_offers=municipality().night_mode == NightMode.OFFER,
        engine_version=engine.ENGINE_VERSION,
    )


def exit_run(exit: ProviderExit, starts_on: datetime.date, actor: Actor) -> AllocationRun:
    """Unsaved run of a provider exit."""
    return AllocationRun(
        kind=AllocationRun.Kind.EXIT,
        exit=exit,
        business_date=clock.today(),
        effective_date=starts_on,
        seed=secrets.token_hex(32),
        label=f"avtal {exit.reference}",
        makes_offers=municipality().night_mode == NightMode.OFFER,
        engine_version=engine.ENGINE_VERSION,
        proposed_by_id=actor.user_id,
    )


def claim(run: AllocationRun) -> AllocationRun:
    """Save the run with its seed, before any computation.

    Raises:
        ValidationError: another worker has claimed it.
    """
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("Någon annan har just gjort ett förslag. Läs in sidan igen.")) from error
    return run
