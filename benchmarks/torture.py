"""Crash test of a mailing: its process is killed repeatedly and restarted; the result must equal an undisturbed run."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction

from accounts.actors import Actor
from allocation.models import AllocationRun
from common import clock
from letters import files
from letters.models import Letter, PrintBatch
from letters.selectors import print_batch_path, unrendered
from letters.services import compose_print_batch, render_letter
from letters.stacks import of_run

ACTOR = Actor.system("torture")
MANAGE = settings.BASE_DIR / "manage.py"
# Locks of a killed process are released when the server notices.
PATIENCE_SECONDS = 600


class Broken(AssertionError):
    """A letter was lost, doubled, truncated or changed."""


def undisturbed_manifest(run: AllocationRun) -> bytes:
    """Manifest of the same mailing made without interruption, removed afterwards."""
    with transaction.atomic():
        for letter_id in list(unrendered(run=run).values_list("pk", flat=True)):
            render_letter(letter_id=letter_id)
        batch = compose_print_batch(stack=of_run(run, clock.today()), actor=ACTOR)
        manifest = print_batch_path(batch, "manifest.json").read_bytes()
        transaction.set_rollback(True)
    for folder in ("letters", "print"):
        shutil.rmtree(files.local(folder))
    return manifest


class Process(Protocol):
    """A mailing at work: ``subprocess.Popen``, or a process that was forked."""

    returncode: Any

    def poll(self) -> int | None: ...
    def send_signal(self, number: int, /) -> None: ...
    def wait(self) -> int | None: ...


def manifest_after_kills(
    run: AllocationRun, *, kills: int, random: Random, start: Callable[[], Process]
) -> tuple[bytes, Counter[str]]:
    """Run the mailing in a process that is killed ``kills`` times at random moments and then left to finish.

    The moments are spread over the rendering, the last fifth over the composition of the print file. ``start`` starts
    the process. Returns the manifest and the state at each kill.

    Raises:
        Broken: after a kill the disk and the database disagreed.
    """
    states: Counter[str] = Counter()
    total = unrendered(run=run).count()
    for number in range(kills):
        # Rendering progress at which this one is killed. The process itself takes a while to start.
        goal = total * (number + 1) // max(kills * 4 // 5, 1)
        states[_run_until_killed(run, min(goal, total), total, random, start)] += 1
        check(run)
    last = start()
    if last.wait():
        raise Broken(f"the last process ended with {last.returncode}")
    check(run)
    batch = PrintBatch.objects.get(stack=of_run(run, clock.today()))
    if left := [path.name for path in files.local("print").iterdir() if path.name != batch.reference]:
        raise Broken(f"left behind: {left}")
    return print_batch_path(batch, "manifest.json").read_bytes(), states


def check(run: AllocationRun) -> None:
    """Every letter rendered according to the database has a complete file, and so does every batch."""
    for letter in Letter.objects.filter(run=run).exclude(sha256="").defer("facts"):
        if files.sha256_of(files.media(letter.file_name)) != letter.sha256:
            raise Broken(f"{letter.reference} is not the file that was rendered")
    for batch in PrintBatch.objects.all():
        if files.sha256_of(print_batch_path(batch, "manifest.json")) != batch.manifest_sha256:
            raise Broken(f"{batch.reference} is not the batch that was composed")
        if batch.letters.count() != batch.letters_count:
            raise Broken(f"{batch.reference} has lost a letter")


def _run_until_killed(run: AllocationRun, goal: int, total: int, random: Random, start: Callable[[], Process]) -> str:
    """Kill the process when about ``goal`` of ``total`` letters are rendered. Returns what it was doing."""
    process = start()
    folder = files.local("letters")

    def rendered() -> int:
        return sum(1 for _ in folder.glob("[!.]*.pdf")) if folder.exists() else 0

    def composing() -> bool:
        return any(files.local("print").glob(".making-*"))

    before = rendered()
    low = min(before, goal - 1)
    target = random.randint(low, goal) if before < total else total
    _until(lambda: process.poll() is not None or (rendered() >= target and (before < total or composing())))
    # Between any two letters, or anywhere during the composition of the file.
    time.sleep(random.random() * (0.05 if before < total else 1.5))
    if process.poll() is not None:
        return "done before"
    state = "composing" if composing() else "rendering"
    process.send_signal(signal.SIGKILL)
    process.wait()
    return state


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > end:
            raise Broken("nothing happens")
        time.sleep(0.005)


def command(run: AllocationRun) -> "subprocess.Popen[bytes]":
    """The mailing as the command line does it."""
    environment = dict(os.environ) | {"MEDIA_ROOT": str(settings.MEDIA_ROOT)}
    return subprocess.Popen(
        [sys.executable, str(MANAGE), "render_letters", run.reference], env=environment, stdout=subprocess.DEVNULL
    )
