"""The night from end to end: allocation first, then the letters that tell of it, in one transaction."""

import datetime

from django.db import transaction

from accounts.actors import Actor
from allocation import nightly
from allocation.models import AllocationRun, Night
from allocation.services.failures import record_failure
from letters.services import create_letters


def do_night(*, business_date: datetime.date, actor: Actor) -> Night:
    """Do the night of ``business_date``. If anything fails yesterday stands, and the failure is told.

    Raises:
        NightDone: it has been done, or somebody does it now.
    """
    try:
        with transaction.atomic():
            night = nightly.run_night(business_date=business_date, actor=actor)
            if night.run and night.report["placements"]:
                night.report["letters"] = create_letters(run=night.run, actor=actor)
                night.save(update_fields=["report"])
            return night
    except nightly.NightDone:
        raise
    except Exception as error:
        record_failure(kind=AllocationRun.Kind.NIGHT, business_date=business_date, error=error)
        raise
