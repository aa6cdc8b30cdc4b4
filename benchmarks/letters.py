"""``python -m benchmarks.letters``: letters a second, with one worker and with two, on a fresh database.

Baselines in the same run: (a) WeasyPrint used naively, with the style sheet inside each letter, and (b) the same page
set by Typst, if installed (``make bench-letters`` installs it).
"""

import argparse
import gc
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["EMBEDDED_INSTANCE"] = "benchletters"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botkyrka_hemtjanst.settings.dev")
# Workers use the same folder of letters as this process.
FOLDER = tempfile.TemporaryDirectory()
os.environ["MEDIA_ROOT"] = FOLDER.name

import django

from devservers.instance import destroy

# Remove leftovers of an interrupted run. The settings start the servers.
destroy(os.environ["EMBEDDED_INSTANCE"])
django.setup()

import psutil
from django.core.management import call_command
from django.template.loader import render_to_string
from rich.console import Console
from rich.table import Table

from accounts.actors import Actor
from benchmarks.mailing import make_run
from benchmarks.typst_page import typst_page
from letters.content import compose
from letters.layout import LAYOUT_VERSION
from letters.models import Letter
from letters.selectors import unrendered
from letters.services import compose_print_batch, enqueue_rendering

ACTOR = Actor.system("benchmark")
# Longest time until the server notices a killed worker and releases its locks.
PATIENCE_SECONDS = 600


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.letters", description=__doc__)
    parser.add_argument("--letters", type=int, default=1500, help="letters for each number of workers")
    parser.add_argument("--memory", type=int, default=0, help="render so many letters in one process and watch it")
    options = parser.parse_args()
    console = Console()
    load = os.getloadavg()[0]
    try:
        stacks = make_letters(options.letters)
        if options.memory:
            console.print(memory(options.memory))
        else:
            console.print(speed(stacks, load))
    finally:
        destroy(os.environ["EMBEDDED_INSTANCE"])
        FOLDER.cleanup()


def make_letters(letters: int) -> tuple[str, str]:
    """Two mailings of this many decisions each, stored but not rendered. Returns their stacks."""
    call_command("migrate", verbosity=0, skip_checks=True)
    # Some of the invented people are protected or have died.
    make_run(people=2 * letters + letters // 10, folder=Path(FOLDER.name))
    ids = list(Letter.objects.filter(route="print").order_by("id").values_list("pk", flat=True))
    Letter.objects.filter(route="print").update(stack="rest")
    for name, part in (("one", ids[:letters]), ("two", ids[letters : 2 * letters])):
        Letter.objects.filter(pk__in=part).update(stack=name)
    return "one", "two"


def speed(stacks: tuple[str, str], load: float) -> Table:
    one, cpu_one, count = archived(stacks[0], workers=1)
    two, cpu_two, _count = archived(stacks[1], workers=2)
    began = time.perf_counter()
    batch = compose_print_batch(stack=stacks[1], actor=ACTOR)
    printed = time.perf_counter() - began
    pages = pure(pages_to_set())
    title = f"{count} letters a row, {os.cpu_count()} cores, load {load:.1f} when it began"
    grid = Table(title=title, title_justify="left")
    grid.add_column("")
    for column in ("seconds", "letters/s", "processor ms a letter"):
        grid.add_column(column, justify="right")
    grid.add_row("one worker: PDF, archive, hash", f"{one:.1f}", f"{count / one:.0f}", f"{cpu_one / count * 1000:.1f}")
    grid.add_row("two workers", f"{two:.1f}", f"{count / two:.0f}", f"{cpu_two / count * 1000:.1f}")
    grid.add_row(f"print file of {batch.letters_count}, manifest", f"{printed:.1f}", f"{count / printed:.0f}", "")
    grid.add_row("two workers and the print file", f"{two + printed:.1f}", f"{count / (two + printed):.0f}", "")
    # On a shared machine the second is what two free cores would give.
    grid.add_row("two workers ÷ one", f"× {one / two:.2f}", "", f"× {2 * cpu_one / cpu_two:.2f}")
    for size in (200, 2000):
        peak, seconds = merging(size)
        grid.add_row(f"print file of {size}: peak {peak:.0f} MiB more", "", "", f"{seconds / size * 1000:.1f}")
    grid.add_section()
    ours = pages["a letter alone, warm"]
    for name, seconds in pages.items():
        ratio = "" if seconds == ours else f"ours is × {ours / seconds:.2f}"
        grid.add_row(name, ratio, f"{1 / seconds:.0f}", f"{seconds * 1000:.1f}")
    return grid


def merging(letters: int) -> tuple[float, float]:
    """Memory of one print file in MiB, above what the process had, and processor seconds."""
    command = [sys.executable, "-m", "benchmarks.merge", str(letters)]
    found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return found["peak"] - found["before"], found["seconds"]


def archived(stack: str, *, workers: int) -> tuple[float, float, int]:
    """Seconds until every letter of the stack has its file, processor seconds of the workers, number of letters."""
    ids = list(unrendered(stack=stack).values_list("pk", flat=True))
    # A few letters first, so that the workers have started.
    first, rest = ids[: 4 * workers], ids[4 * workers :]
    command = [sys.executable, "-m", "celery", "-A", "botkyrka_hemtjanst", "worker", "--concurrency", str(workers)]
    worker = subprocess.Popen(
        [*command, "--loglevel", "ERROR", "--without-gossip", "--without-mingle"],
        start_new_session=True,
    )
    try:
        for letter in first:
            enqueue_rendering([letter])
        _wait(lambda: not unrendered().filter(pk__in=first).exists())
        began, before = time.perf_counter(), _processor_seconds(worker.pid)
        enqueue_rendering(rest)
        _wait(lambda: not unrendered(stack=stack).exists())
        return time.perf_counter() - began, _processor_seconds(worker.pid) - before, len(rest)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def _processor_seconds(pid: int) -> float:
    """Of the worker and its processes."""
    worker = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:2]) for each in [worker, *worker.children(recursive=True)])


def pages_to_set() -> dict[str, Callable[[int], object]]:
    """The same decision, by rendering method."""
    import weasyprint

    from common.pdf import StaticFetcher
    from letters.pdf import letter_pdf

    letter = Letter.objects.filter(stack="one", pages=1).select_related("text").first()
    assert letter is not None
    blocks = letter.text.blocks

    def facts(number: int) -> dict[str, Any]:
        return dict(letter.facts) | {"reference": f"K7M2PX9T{number:04}"}

    def naive(number: int, *, own_fonts: bool = True) -> bytes:
        given = facts(number)
        content = compose(facts=given, blocks=blocks)
        window = {name: given["envelope"][name] for name in ("left", "top", "width", "height")}
        css: str = render_to_string(
            f"letters/letter_{LAYOUT_VERSION}.css", {"window": window, "meta_left": 20, "meta_width": 80}
        )
        if not own_fonts:
            css = re.sub(r"@font-face \{.*?\}", "", css, flags=re.DOTALL)
        html = render_to_string(
            f"letters/letter_{LAYOUT_VERSION}.html", {"facts": given, "content": content, "lang": "sv"}
        )
        document = weasyprint.HTML(
            string=html.replace("</head>", f"<style>{css}</style></head>"), url_fetcher=StaticFetcher()
        )
        made: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
        return made

    ways: dict[str, Callable[[int], object]] = {
        "a letter alone, warm": lambda number: letter_pdf(
            facts=facts(number), blocks=blocks, layout_version=LAYOUT_VERSION
        ),
        "naive, the letter's fonts": naive,
        "naive, a font of the machine": lambda number: naive(number, own_fonts=False),
    }
    if typst := typst_page(compose(facts=letter.facts, blocks=blocks), letter.facts):
        ways["Typst, PDF/A-2a and PDF/UA-1"] = typst
    return ways


def pure(ways: dict[str, Callable[[int], object]], seconds: float = 30) -> dict[str, float]:
    """Processor seconds of one call of each: in turn, so that other work on the machine meets all, and the quarter,
    since it makes some slower.
    """
    for call in ways.values():
        call(0)
    # As in a worker (letters.tasks): else a collection of the whole process falls on one of them.
    gc.collect()
    gc.freeze()
    taken = {name: list[float]() for name in ways}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(taken["naive, the letter's fonts"]) < 20:
        for name, call in ways.items():
            began = time.process_time()
            call(len(taken[name]))
            taken[name].append(time.process_time() - began)
    return {name: sorted(each)[len(each) // 4] for name, each in taken.items()}


def memory(letters: int) -> Table:
    """Resident memory of one process over this many letters."""
    from letters.pdf import letter_pdf

    given = list(Letter.objects.exclude(route="hold").select_related("text")[:500])
    process = psutil.Process()
    grid = Table(title="One process", title_justify="left")
    grid.add_column("letters", justify="right")
    grid.add_column("MiB", justify="right")
    for number in range(letters + 1):
        letter = given[number % len(given)]
        facts = letter.facts | {"reference": f"K7M2PX9T{number:05}"}
        io.BytesIO(letter_pdf(facts=facts, blocks=letter.text.blocks, layout_version=LAYOUT_VERSION)[0])
        if number % max(1, letters // 20) == 0:
            grid.add_row(str(number), str(process.memory_info().rss // 1024**2))
    return grid


def _wait(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > end:
            raise SystemExit("the letters were not rendered in time")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
