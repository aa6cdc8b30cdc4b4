"""Stacks: letters printed together, either one mass mailing or all other mail of a day."""

import datetime

from allocation.models import AllocationRun, ProviderExit
from choices.models import ChoiceRound


def of_run(run: AllocationRun, day: datetime.date) -> str:
    """Decisions of a round or an exit are a mailing of their own; a night's go with the day's mail."""
    return of_today(day) if run.kind == AllocationRun.Kind.NIGHT else f"run-{run.reference}"


def of_round(round: ChoiceRound, kind: str) -> str:
    return f"{kind}-{round.pk}"


def of_exit(exit: ProviderExit) -> str:
    return f"exit-{exit.reference}"


def of_survey(opens_on: datetime.date) -> str:
    return f"survey-{opens_on}"


def of_today(day: datetime.date) -> str:
    return f"post-{day}"
