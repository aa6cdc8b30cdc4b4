"""Scenario of the crash tests: a choice round from its closed window to letters, and two nights with deaths.

When restarted it does only the remaining work, like `administration.main_job`. Each run is a process of its own.
"""

import datetime
import hashlib
from contextlib import suppress
from types import SimpleNamespace

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.actors import Actor
from administration.night import do_night
from allocation.models import AllocationRun
from allocation.nightly import NightDone
from allocation.services import StaleRun, apply_run, approve_run, claim, propose_round
from choices.services import close_round
from demo import municipality
from letters.models import Letter
from letters.services import create_letters, render_letter

DAY = datetime.date(2020, 11, 23)
NIGHTS = [DAY + datetime.timedelta(days=number) for number in (1, 2)]
ACTOR = Actor.system("torture")
RENDERED = 5  # A fraction of the letters: rendering them all would take a minute each time.
DIES_OF = 40  # One in so many people dies before each night.


def tell(*, letters: int = RENDERED) -> None:
    fix_the_draw()
    settings.CLOCK_TODAY = DAY
    run = decide()
    create_letters(run=run, actor=ACTOR)
    render(letters)
    for number, night in enumerate(NIGHTS):
        settings.CLOCK_TODAY = night
        people_die(number, night)
        with suppress(NightDone):
            do_night(business_date=night, actor=ACTOR)


def decide() -> AllocationRun:
    round = municipality.the_round()
    if round.closed_at is None:
        with suppress(ValidationError):  # The other process has closed it meanwhile.
            round = close_round(round=round, actor=ACTOR)
    round.refresh_from_db()
    run = _live(round)
    if run is None:
        with suppress(ValidationError):
            propose_round(round=round, actor=ACTOR)
        run = _live(round)
    if run.status == AllocationRun.Status.PROPOSED:
        with suppress(ValidationError, StaleRun):
            approve_run(run=run, actor=ACTOR)
    return apply_run(run=run, actor=ACTOR)


def _live(round):
    return round.runs.exclude(status__in=AllocationRun.ENDED).first()


def render(count: int) -> None:
    waiting = Letter.objects.exclude(route=Letter.Route.HOLD).order_by("person_id", "holder_id", "kind")
    for letter in waiting.values_list("pk", flat=True)[:count]:
        render_letter(letter_id=letter)


def people_die(number: int, day: datetime.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE choices_person SET deceased_on = %s WHERE id %% %s = %s AND deceased_on IS NULL",
            [day, DIES_OF, number],
        )


def fix_the_draw() -> None:
    """Lotteries seeded by date instead of randomly, so that two nights can be compared."""
    claim.secrets = SimpleNamespace(  # type: ignore[assignment]
        token_hex=lambda length: hashlib.sha256(str(settings.CLOCK_TODAY).encode()).hexdigest()
    )
