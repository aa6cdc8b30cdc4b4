"""``python -m tests.torture.kill_points [--kills 1000] [--seed 1] [--minutes 15]``: kills at points of five processes.

An import, a round, two nights, a mailing and a restore are killed at points drawn from the seed, begun again, killed
again, and ended. After each kill the state must be one that an undisturbed process passes through; at the end it must
be the same as that of an undisturbed one. What is built and done is kept in a folder: run it again to go on, until the
kills are reached. One trial: ``--only night --trial 17``.
"""

import argparse
import hashlib
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from random import Random

os.environ.setdefault("EMBEDDED_INSTANCE", "kill-points")
# Each trial has its own database.
os.environ.setdefault("EMBEDDED_AS_MIGRATOR", "true")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botkyrka_hemtjanst.settings.dev")
os.environ.setdefault("LOG_LEVEL", "CRITICAL")

import django

django.setup()

from django.conf import settings
from django.db import connection, connections

from devservers import instance
from letters import pdf

from . import dump, five, story
from .points import Kill, Points, counted
from .stage import NAME, Stage, wait

NAMES = ("import", "round", "night", "letters", "restore")
PATIENCE = 300


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.kill_points", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="of all processes together")
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=15, help="of this piece")
    parser.add_argument("--into", type=Path, default=settings.BASE_DIR / "var" / "kill-points")
    parser.add_argument("--only", choices=NAMES)
    parser.add_argument("--trial", type=int, help="this one only, and nothing is kept")
    options = parser.parse_args()
    if options.trial and not options.only:
        parser.error("--trial needs --only")
    end = time.monotonic() + options.minutes * 60
    kept = Kept(options.into, seed=options.seed, people=options.people)
    stage = Stage(options.people)
    try:
        scenes = _scenes(stage, options.into)
        if options.trial:
            print(json.dumps(scenes[options.only].trial(options.seed, options.trial), indent=1, ensure_ascii=False))
            return
        names = [options.only] if options.only else NAMES
        while time.monotonic() < end and kept.left(options.kills, names):
            name = min(names, key=kept.kills)
            kept.add(scenes[name].trial(options.seed, kept.trials(name) + 1))
        kept.print()
        is_done = not kept.left(options.kills, NAMES)
    finally:
        stage.close()
    if is_done:
        instance.destroy(NAME)
        shutil.rmtree(options.into / "built")
    sys.exit(kept.is_faulty())


def _scenes(stage: Stage, into: Path) -> "dict[str, Scene]":
    """As built by an earlier piece of the same commit and size, or built now."""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    folder, key = into / "built", (commit, stage.people, os.environ.get("HEMTJANSTVALET_VAR"))
    note = folder / "scenes.pickle"
    settings.CLOCK_TODAY = story.DAY
    noted = pickle.loads(note.read_bytes()) if note.exists() else {}  # noqa: S301  (written below)
    if noted.get("key") != key:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        five.build(stage, folder)
        noted = {"key": key}
    else:
        pdf.warm_up()
    scenes = {}
    for process in five.processes(folder):
        scenes[process.name] = scene = Scene(stage, process)
        if process.name not in noted:
            noted[process.name] = scene.pass_through()
            note.write_bytes(pickle.dumps(noted))
        scene.names, scene.passed, scene.end, scene.seconds = noted[process.name]
        print(f"{scene.process.name}: {len(scene.names)} points, {len(scene.passed)} states", flush=True)
    return scenes


class Scene:
    """A process with what an undisturbed run of it passes through.

    ``names``: of its points. ``passed``: state → points left from there. ``end``: the last state.
    """

    names: list[str]
    passed: dict[str, int]
    end: five.State
    seconds: float

    def __init__(self, stage: Stage, process: five.Process) -> None:
        self.stage, self.process = stage, process

    def pass_through(self) -> tuple[list[str], dict[str, int], five.State, float]:
        self.stage.fresh(self.process.town)
        note = self.stage.media.with_suffix(".json")
        began = time.monotonic()
        if wait(self.stage.teller(lambda: self._undisturbed(note), quiet=False), PATIENCE) != 0:
            raise RuntimeError(f"{self.process.name} itself fails")
        seconds = time.monotonic() - began
        noted = json.loads(note.read_text())
        note.unlink()
        end = self.process.state()
        connections.close_all()
        points = noted["points"]
        passed: dict[str, int] = {}
        for state, at in noted["states"]:
            # A commit may change nothing that is compared: then the first one.
            passed.setdefault(state, len(points) - at)
        passed[digest(end)] = 0
        return points, passed, end, seconds

    def _undisturbed(self, note: Path) -> None:
        states = [(self._state_beside(), 0)]
        points = Points(None, lambda: states.append((self._state_beside(), points.count)))
        with counted(points):
            self.process.work()
        note.write_text(json.dumps({"points": points.names, "states": states}))

    def _state_beside(self) -> str:
        """As another session sees it: this one may be in the middle of a commit."""
        seen: list[str] = []

        def look() -> None:
            seen.append(digest(self.process.state()))
            connections.close_all()

        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        return seen[0]

    def trial(self, seed: int, number: int) -> dict:
        random = Random(f"{seed}/{self.process.name}/{number}")
        self.stage.fresh(self.process.town)
        kills: Counter[str] = Counter()
        half, where, said, left = 0, [], [], len(self.names)
        for _ in range(random.randint(6, 16)):
            kill = self._draw(random, left)
            code = self._code(kill)
            if code == 0:
                # It had ended before.
                break
            if code != -signal.SIGKILL and kill.target != "postgres":
                said.append(f"it ended with {code}, before {kill}")
                break
            kills[kill.target] += 1
            where.append(f"{kill.target} at {kill.at} {self.names[kill.at - 1]}")
            found = self.process.state()
            left = self.passed.get(digest(found), left)
            if digest(found) not in self.passed:
                half += 1
                said.append(f"after {where[-1]}: " + "; ".join(dump.differences(self.end, found)))
            if not left:
                break
        began = time.monotonic()
        if wait(self.stage.teller(self.process.work, quiet=False), PATIENCE) != 0:
            said.append("it cannot be run to its end")
        # The machine may have been busy when it was measured.
        self.seconds = min(self.seconds, time.monotonic() - began)
        found = self.process.state()
        connections.close_all()
        lost = sum(sum((rows - found.get(name, Counter())).values()) for name, rows in self.end.items())
        doubled = sum(sum((rows - self.end.get(name, Counter())).values()) for name, rows in found.items())
        if lost or doubled:
            said.append("; ".join(dump.differences(self.end, found)))
        return {
            "process": self.process.name, "trial": number, "kills": kills, "at": where,
            "half": half, "lost": lost, "doubled": doubled, "said": said,
        }  # fmt: skip

    def _draw(self, random: Random, left: int) -> Kill:
        target = random.choices(["process", "group", "postgres"], [14, 4, 1])[0]
        if self.process.name == "restore" and random.random() < 0.7:
            # pg_restore is one point, the last program that is started: a moment of it.
            at = len(self.names) - self.names[::-1].index("subprocess.Popen")
            return Kill(at, target, random.uniform(0.01, self.seconds))
        return Kill(random.randint(1, left), target)

    def _code(self, kill: Kill) -> int | None:
        def work() -> None:
            with counted(Points(kill)):
                self.process.work()

        code = wait(self.stage.teller(work), PATIENCE)
        if kill.target == "postgres":
            self.stage.start_servers()
        _until_alone()
        return code


def _until_alone() -> None:
    """The session of a killed process ends by itself, and so does a ``pg_restore`` that outlives its parent."""
    end = time.monotonic() + PATIENCE
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    connections.close_all()
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(others)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.02)
    raise RuntimeError("a killed process holds its session")


def digest(state: five.State) -> str:
    lines = [f"{name} {row!r} {count}" for name, rows in state.items() for row, count in rows.items() if count]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


class Kept:
    """Trials that have been done, in a file."""

    def __init__(self, folder: Path, **of: int) -> None:
        self.path, self.done = folder / "trials.json", {**of, "trials": []}
        if self.path.exists():
            self.done = json.loads(self.path.read_text())
            if any(self.done[key] != value for key, value in of.items()):
                sys.exit(f"{self.path} is of another seed or size: move it away.")

    def of(self, name: str) -> list[dict]:
        return [trial for trial in self.done["trials"] if trial["process"] == name]

    def trials(self, name: str) -> int:
        return len(self.of(name))

    def kills(self, name: str) -> int:
        return sum(sum(trial["kills"].values()) for trial in self.of(name))

    def left(self, kills: int, names) -> bool:
        return any(self.kills(name) < -(-kills // len(NAMES)) for name in names)

    def add(self, trial: dict) -> None:
        self.done["trials"].append(trial)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.done, ensure_ascii=False, indent=0))
        for words in trial["said"]:
            print(f"{trial['process']} {trial['trial']}: {words}", flush=True)

    def is_faulty(self) -> bool:
        return any(trial["said"] for trial in self.done["trials"])

    def print(self) -> None:
        print(
            "| process | trials | kills | of PostgreSQL | lost | doubled | half done |\n|---|---|---|---|---|---|---|"
        )
        sums: Counter[str] = Counter()
        for name in NAMES:
            row: Counter[str] = Counter(trials=self.trials(name), kills=self.kills(name))
            for trial in self.of(name):
                row.update(postgres=trial["kills"].get("postgres", 0))
                row.update({key: trial[key] for key in ("lost", "doubled", "half")})
            sums.update(row)
            self._print(name, row)
        self._print("all", sums)

    def _print(self, name: str, row: Counter[str]) -> None:
        cells = (row[key] for key in ("trials", "kills", "postgres", "lost", "doubled", "half"))
        print(f"| {name} | {' | '.join(map(str, cells))} |", flush=True)


if __name__ == "__main__":
    main()
