"""The steps of the Dockerfile in a plain Debian root: no registry of images is needed, only debootstrap and bwrap.

A stage is a folder. ``FROM`` a known stage copies its folder; the two base images are Debian with Python, and with Node
from the locked Python wheel (requirements/node.txt). Instructions other than those of this Dockerfile are refused.
"""

import fnmatch
import json
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
# Debian's release of the base images in the Dockerfile.
RELEASE = "bookworm"
BASES = {"python:": ["python3", "python3-venv", "python-is-python3"], "node:": ["python3", "python3-venv"]}
# The machine's own way to the package registries.
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
NETWORK = ("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf", AUTHORITIES)
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass
class Stage:
    root: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": PATH})
    folder: str = "/"
    user: str = "root"
    command: list[str] = field(default_factory=list)


def build(work: Path) -> Stage:
    """The last stage of the Dockerfile, built under ``work``."""
    stages: dict[str, Stage] = {}
    here = Stage(work)
    for name, text in instructions((PROJECT / "Dockerfile").read_text()):
        print(f"{name} {text[:100]}", flush=True)
        if name == "FROM":
            source, _as, called = text.partition(" AS ")
            here = stages[called] = _from(source, stages, work / called)
        elif name == "ENV":
            for pair in shlex.split(text):
                key, _is, value = pair.partition("=")
                here.environment[key] = value.replace("$PATH", here.environment["PATH"])
        elif name == "WORKDIR":
            here.folder = text
            (here.root / text.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif name == "COPY":
            _copy(here, text.split(), stages)
        elif name == "RUN":
            run(here, ["sh", "-c", text])
        elif name == "USER":
            here.user = text
        elif name == "CMD":
            here.command = json.loads(text)
        elif name != "EXPOSE":
            raise SystemExit(f"The Dockerfile has {name}, which this script does not know.")
    return here


def instructions(text: str) -> list[tuple[str, str]]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [
        (name, " ".join(rest.split())) for name, _space, rest in (line.partition(" ") for line in joined.splitlines())
    ]


def _from(source: str, stages: dict[str, Stage], root: Path) -> Stage:
    if root.exists():
        shutil.rmtree(root)
    if source in stages:
        before = stages[source]
        # With hard links one stage would write into another.
        subprocess.run(["cp", "--archive", "--reflink=auto", before.root, root], check=True)
        return Stage(root, dict(before.environment), before.folder)
    packages = next((found for base, found in BASES.items() if source.startswith(base)), None)
    if packages is None:
        raise SystemExit(f"This script does not know the base image {source}.")
    plain = root.with_name("debian")
    if not (plain / "etc/debian_version").exists():
        options = ["--variant=minbase", "--include=ca-certificates"]
        subprocess.run(["debootstrap", *options, RELEASE, plain], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cp", "--archive", "--reflink=auto", plain, root], check=True)
    stage = Stage(root)
    run(stage, ["sh", "-c", f"apt-get update -qq && apt-get install -qq --no-install-recommends {' '.join(packages)}"])
    if source.startswith("node:"):
        shutil.copy(PROJECT / "requirements/node.txt", root / "tmp/node.txt")
        install = "/opt/node/bin/pip install --quiet --no-deps --require-hashes --requirement /tmp/node.txt"
        run(stage, ["sh", "-c", f"python3 -m venv /opt/node && {install}"])
        stage.environment["PATH"] = f"/opt/node/bin:{PATH}"
    return stage


def _copy(here: Stage, words: list[str], stages: dict[str, Stage]) -> None:
    from_stage = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else ""
    *sources, last = words
    target = here.root / (last if last.startswith("/") else f"{here.folder}/{last}").lstrip("/")
    for source in sources:
        if from_stage:
            target.parent.mkdir(parents=True, exist_ok=True)
            origin = stages[from_stage].root / source.lstrip("/")
            subprocess.run(["cp", "--archive", "--no-target-directory", origin, target], check=True)
        elif source == ".":
            for file in context():
                (target / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(PROJECT / file, target / file)
        else:
            place = target / Path(source).name if last.endswith("/") else target
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / source, place)


def context() -> list[str]:
    """Files of the project that .dockerignore lets in."""
    rules = [line for line in (PROJECT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    kept_out = [rule.removeprefix("**/") for rule in rules if rule.startswith("**/")]
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=PROJECT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [
        file
        for file in files
        if file.partition("/")[0] in let_in
        and (PROJECT / file).is_file()
        and not any(fnmatch.fnmatch(part, rule) for part in file.split("/") for rule in kept_out)
    ]


def run(stage: Stage, command: list[str]) -> None:
    """A step of the build: as root, in the stage's folder, with the machine's network."""
    there = [path for path in NETWORK if Path(path).exists()]
    for path in there:
        inside = stage.root / path.lstrip("/")
        inside.parent.mkdir(parents=True, exist_ok=True)
        inside.touch()
    trust = {"PIP_CERT": AUTHORITIES, "NODE_EXTRA_CA_CERTS": AUTHORITIES}
    environment = {"DEBIAN_FRONTEND": "noninteractive", **trust, **stage.environment}
    subprocess.run(
        [
            *("bwrap", "--bind", str(stage.root), "/", "--proc", "/proc", "--dev", "/dev", "--cap-add", "ALL"),
            *(word for path in there for word in ("--ro-bind", path, path)),
            *("--chdir", stage.folder, "--clearenv"),
            *(word for name, value in environment.items() for word in ("--setenv", name, value)),
            *command,
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
