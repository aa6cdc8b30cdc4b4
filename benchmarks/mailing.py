"""A round's letters, stored but not rendered, in a fresh database."""

from pathlib import Path

from accounts.actors import Actor
from allocation.models import AllocationRun
from allocation.services import apply_run, approve_run, propose_round
from benchmarks.one_size import build
from botkyrka_hemtjanst.celery import app
from choices.services import close_round
from demo import municipality
from letters.services import create_letters

ACTOR = Actor.system("benchmark")


def make_run(*, people: int, folder: Path) -> AllocationRun:
    """Generate this many people in an empty database, run their round, store its letters. Workers get none of them."""
    build(people, folder)
    run = propose_round(round=close_round(round=municipality.the_round(), actor=ACTOR), actor=ACTOR)
    run = apply_run(run=approve_run(run=run, actor=ACTOR), actor=ACTOR)
    create_letters(run=run, actor=ACTOR)
    app.control.purge()
    return run
