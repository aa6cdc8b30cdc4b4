"""Nights of clock changes, with two schedulers that poll every ten minutes: one run per date."""

import datetime
from unittest.mock import patch

import time_machine
from django.conf import settings
from structlog.testing import capture_logs

from administration.tasks import night
from allocation.models import AllocationRun, Night
from common.clock import STOCKHOLM

from .stage import Stage

# The missing 02:30, and the repeated one.
CHANGES = (datetime.date(2021, 3, 28), datetime.date(2021, 10, 31))
TEN_MINUTES = datetime.timedelta(minutes=10)


def wrong_nights(stage: Stage) -> list[str]:
    wrong = []
    stage.fresh()
    for change in CHANGES:
        began = datetime.datetime.combine(change - datetime.timedelta(days=1), datetime.time(12), tzinfo=STOCKHOLM)
        moment = began.astimezone(datetime.UTC)
        # The database's clock does not travel.
        with (
            patch.object(settings, "CLOCK_TODAY", None),
            patch("common.clock.seconds_ahead", lambda: 0.0),
            capture_logs(),
        ):
            for _ in range(6 * 36):
                with time_machine.travel(moment, tick=False):
                    night()
                    night()
                moment += TEN_MINUTES
        for day in (change - datetime.timedelta(days=1), change):
            nights = Night.objects.filter(business_date=day).count()
            runs = AllocationRun.objects.filter(business_date=day, kind=AllocationRun.Kind.NIGHT).count()
            if (nights, runs) != (1, 1):
                wrong.append(f"{day}: {nights} nights, {runs} runs")
    return wrong
