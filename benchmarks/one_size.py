"""One size: prints one line of JSON with the seconds of each part. Run by ``python -m benchmarks``."""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from accounts.actors import Actor
from allocation import engine
from allocation.nightly import run_night
from allocation.services import apply_run, approve_run, propose_round
from allocation.services.claim import round_run
from allocation.snapshot import take_snapshot
from choices import imports
from choices.services import close_round
from common import clock
from demo import municipality
from demo.generator import make_town, write_files
from letters.selectors import unrendered
from letters.services import create_letters, render_letter

ACTOR = Actor.system("benchmark")
TABLES = ("choices_person", "choices_caredecision", "choices_choice", "choices_wish")

parts: dict[str, float] = {}


@contextmanager
def part(name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    parts[name] = time.perf_counter() - began


def main(people: int, letters: int) -> dict[str, object]:
    call_command("migrate", verbosity=0, skip_checks=True)
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        build(people, Path(folder))
        copy = copy_out_and_in()
        return {
            "parts": parts if run_round() else {},
            "copy": copy,
            "letters": render(letters),
            "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }


def build(people: int, folder: Path) -> None:
    with part("generator: invent people"):
        town = make_town(people=people, seed=1)
    with part("generator: write files"):
        paths = write_files(town, folder)
    municipality.set_up(minutes_by_area=town.minutes_by_area())
    for kind, path in paths.items():
        with part(f"import: {kind}"):
            imports.apply(kind=kind, table=imports.read(kind, path), actor=ACTOR)


def copy_out_and_in(tables: tuple[str, ...] = TABLES) -> float:
    """Baseline: minimum time of the database to export and import the rows that a round reads."""
    began = time.perf_counter()
    for name in tables:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
                [name],
            )
            columns = cursor.fetchone()[0]
            # Computed columns are not part of a copy.
            make = f"CREATE TEMP TABLE copy_of_{name} ON COMMIT DROP AS SELECT {columns} FROM {name} LIMIT 0"
            cursor.execute(make)
            with cursor.copy(f"COPY {name} ({columns}) TO STDOUT") as out:
                rows = b"".join(bytes(block) for block in out)
            with cursor.copy(f"COPY copy_of_{name} ({columns}) FROM STDIN") as into:
                into.write(rows)
    return time.perf_counter() - began


def run_round() -> bool:
    round = close_round(round=municipality.the_round(), actor=ACTOR)
    # The three inner parts are measured separately first; the services below repeat them, and do more.
    with part("round: snapshot"), transaction.atomic():
        problem = take_snapshot(round_run(round, ACTOR)).problem
    with part("round: allocate"):
        outcome = engine.allocate(problem)
    with part("round: audit"):
        faults = engine.audit(problem, outcome)
    with part("round: propose (all of the above, and store)"):
        run = propose_round(round=round, actor=ACTOR)
    with part("round: approve"):
        run = approve_run(run=run, actor=ACTOR)
    with part("round: apply"):
        run = apply_run(run=run, actor=ACTOR)
    with part("the night after (nothing is new)"):
        run_night(business_date=clock.today(), actor=ACTOR)
    with part("letters: freeze the facts of all"):
        # Without a commit no task is sent: the letters are rendered here.
        transaction.set_autocommit(False)
        create_letters(run=run, actor=ACTOR)
    return not faults


def render(count: int) -> dict[str, float]:
    from letters.models import Letter

    ids = list(unrendered(run=Letter.objects.first().run).values_list("pk", flat=True)[: count + 1])  # type: ignore[union-attr]
    render_letter(letter_id=ids[0])  # Fonts and style sheets are read once per worker.
    began = time.perf_counter()
    for letter_id in ids[1:]:
        render_letter(letter_id=letter_id)
    seconds = time.perf_counter() - began
    return {"count": len(ids) - 1, "seconds": seconds, "empty_seconds": empty_page()}


def empty_page() -> float:
    """Baseline: WeasyPrint's minimum for a page with one word."""
    from weasyprint import HTML

    began = time.perf_counter()
    for _ in range(20):
        HTML(string="<!doctype html><html lang=sv><title>x</title><p>x").write_pdf()
    return (time.perf_counter() - began) / 20


if __name__ == "__main__":
    result = main(int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(json.dumps(result) + "\n")
