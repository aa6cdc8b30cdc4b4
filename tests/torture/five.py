"""The five processes of the kill points: an import, a round, two nights, a mailing and a restore.

Each begins with a database of its own, does its work again after a kill, and has a state that is compared.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from administration.night import do_night
from allocation.nightly import NightDone
from choices import imports
from demo.generator import FILES
from letters.models import Letter, PrintBatch
from letters.services import compose_print_batch, create_letters, render_letter
from oversight.backup.making import make
from oversight.backup.restoring import restore
from oversight.restored import PARTS

from . import dump, story
from .stage import TOWN, Stage, wait

EMPTY, DECIDED, MAILING = "torture_empty", "torture_decided", "torture_mailing"
# Letters of the mailing: rendering all of them would take a minute each time.
MAILED = 5

State = dict[str, Counter]


@dataclass(frozen=True)
class Process:
    """``town``: the database that a trial begins with. ``state`` is {} while there is nothing."""

    name: str
    town: str | None
    work: Callable[[], None]
    state: Callable[[], State]


def build(stage: Stage, folder: Path) -> None:
    """The databases that trials begin with, the files of the import, and the backup; kept for the next piece."""
    stage.found(folder)
    stage.keep(EMPTY)
    stage.take_in()
    stage.fresh()
    _end(stage, round_and_letters)
    stage.keep(DECIDED)
    _few_letters()
    stage.keep(MAILING)
    _end(stage, mailing)
    _end(stage, lambda: make(folder))


def processes(folder: Path) -> list[Process]:
    files = {kind: folder / name for kind, name in FILES.items()}
    (archive,) = folder.glob("*.tar")
    return [
        Process("import", EMPTY, lambda: import_files(files), dump.content),
        Process("round", TOWN, round_and_letters, dump.dump),
        Process("night", DECIDED, nights, dump.dump),
        Process("letters", MAILING, mailing, mailed),
        Process("restore", None, lambda: restore_once(archive), restored),
    ]


def import_files(files: dict[str, Path]) -> None:
    settings.CLOCK_TODAY = story.DAY
    for kind, path in files.items():
        imports.apply(kind=kind, table=imports.read(kind, path), actor=story.ACTOR)


def round_and_letters() -> None:
    story.fix_the_draw()
    settings.CLOCK_TODAY = story.DAY
    create_letters(run=story.decide(), actor=story.ACTOR)


def nights() -> None:
    story.fix_the_draw()
    for number, night in enumerate(story.NIGHTS):
        settings.CLOCK_TODAY = night
        story.people_die(number, night)
        with suppress(NightDone):
            do_night(business_date=night, actor=story.ACTOR)


def mailing() -> None:
    settings.CLOCK_TODAY = story.DAY
    waiting = Letter.objects.filter(route=Letter.Route.PRINT).exclude(stack="later")
    stack = waiting.values_list("stack", flat=True)[0]
    for letter in waiting.filter(rendered_at__isnull=True).order_by("pk").values_list("pk", flat=True):
        render_letter(letter_id=letter)
    compose_print_batch(stack=stack, actor=story.ACTOR)


def mailed() -> State:
    batches = PrintBatch.objects.values_list("stack", "letters_count", "status", "manifest_sha256")
    # A folder that no batch names was left by a kill before the commit: the next attempt replaces it.
    folders = [
        Path(settings.MEDIA_ROOT) / "print" / name for name in PrintBatch.objects.values_list("reference", flat=True)
    ]
    whole = Counter(len(list(folder.iterdir())) for folder in folders)
    return {**dump.dump(), "batches": Counter(batches), "print files": whole}


def restore_once(archive: Path) -> None:
    if not _has_tables():
        restore(archive)


def restored() -> State:
    """Everything of the backup, each file and seal checked, and each run computed again."""
    if not _has_tables():
        return {}
    faults = Counter(fault for check in PARTS.values() for fault in check() if fault is not None)
    return {**mailed(), "faults": faults}


def _has_tables() -> bool:
    with connection.cursor() as cursor:
        return bool(connection.introspection.table_names(cursor))


def _few_letters() -> None:
    few = Letter.objects.filter(route=Letter.Route.PRINT).order_by("pk").values_list("pk", flat=True)[:MAILED]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE letters_letter SET stack = 'later' WHERE NOT id = ANY(%s)", [list(few)])


def _end(stage: Stage, work: Callable[[], object]) -> None:
    if wait(stage.teller(lambda: work() and None, quiet=False), 300) != 0:
        raise RuntimeError("the scenario itself fails")
