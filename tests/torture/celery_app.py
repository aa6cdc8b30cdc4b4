"""The product's own Celery application with a fast schedule: every second instead of every ten minutes, at any hour.

For workers and beats that `workers.py` starts and kills: ``celery -A tests.torture.celery_app worker``.
"""

import datetime

from celery.signals import worker_process_init

from botkyrka_hemtjanst.celery import app

EVERY_SECOND = 1.0
# A worker on a busy machine takes longer for them all than a second: what it has not begun by then is asked for again.
LATE_SECONDS = 30
app.conf.beat_schedule = {
    name: {**entry, "schedule": EVERY_SECOND, "options": {**entry.get("options", {}), "expires": LATE_SECONDS}}
    for name, entry in app.conf.beat_schedule.items()
    if name != "audit.seal"
}


@worker_process_init.connect
def hurry(**_signal: object) -> None:
    from allocation.nightly import schedule
    from letters import tasks

    from . import story

    story.fix_the_draw()
    schedule.NOT_BEFORE = datetime.time.min
    tasks.LEFT_AFTER = datetime.timedelta(seconds=5)
    tasks.settings.LETTER_POST_AT = datetime.time.min
