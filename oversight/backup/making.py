"""A backup: the database at one moment and every file that it names, in one archive, while the system works.

The moment is a snapshot that ``pg_dump`` shares. Files are written before the row that names them is committed and are
not changed afterwards, so those that the snapshot names are all there.
"""

import fcntl
import hashlib
import io
import json
import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction

from common import clock
from letters import files
from oversight.backup.named import Named, all_named
from oversight.backup.programs import ProgramError, address, program, server_version

FORMAT = 1
# Written last: an archive without it is not whole.
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"


@dataclass(frozen=True)
class Made:
    """``faults``: files that are missing or changed, in words. The rest is in the archive all the same."""

    archive: Path
    files: int
    faults: list[str]


def make(folder: Path) -> Made:
    """Write ``folder/hemtjanst-<moment>.tar``, whole or not at all.

    Raises:
        ProgramError: no ``pg_dump`` of the server's version, or another backup is being written to the folder.
        OSError: the folder cannot be written, or its disk is full.
        subprocess.CalledProcessError: ``pg_dump`` failed.
    """
    pg_dump = program("pg_dump", at_least=server_version())
    with _alone(folder), _one_moment() as (moment, snapshot):
        name = f"hemtjanst-{moment['made_at'].replace(':', '')}.tar"
        dump, beside = folder / f".making-{name}.dump", folder / f".making-{name}"
        try:
            _dump(pg_dump, dump, snapshot)
            with _private(beside) as file, tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                sums = {DUMP: _add(tar, dump, DUMP)}
                dump.unlink()
                faults = []
                for each in all_named():
                    if fault := _add_named(tar, each, sums):
                        faults.append(fault)
                _add_manifest(tar, {**moment, "sums": sums, "faults": faults})
            beside.replace(folder / name)
        finally:
            dump.unlink(missing_ok=True)
            beside.unlink(missing_ok=True)
    files.sync_folder(folder)
    return Made(folder / name, len(sums) - 1, faults)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Lock the folder. Unfinished files in it are then of a killed backup, and removed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProgramError(f"Another backup is being written to {folder}. Wait until it has ended.") from None
        for leftover in folder.glob(".making-*"):
            leftover.unlink()
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _one_moment() -> Iterator[tuple[dict[str, Any], str]]:
    """Facts of the moment, and the name of its snapshot. All queries in the block see that moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot(), pg_current_wal_lsn()::text, current_setting('server_version')")
        snapshot, wal, server = cursor.fetchone()
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        yield (
            {
                "format": FORMAT,
                "made_at": clock.now().isoformat(timespec="seconds"),
                "postgres": server_version(),
                "server": server,
                "wal": wal,
                "migrations": cursor.fetchall(),
            },
            snapshot,
        )


def _dump(pg_dump: Path, target: Path, snapshot: str) -> None:
    to, environment = address()
    # Created here, so that pg_dump does not create it readable by others.
    with _private(target):
        pass
    command: list[str | Path] = [
        pg_dump,
        "--format=custom",
        f"--snapshot={snapshot}",
        f"--file={target}",
        f"--dbname={to}",
    ]
    subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603


def _add_named(tar: tarfile.TarFile, named: Named, sums: dict[str, str]) -> str | None:
    """The fault of a file, or None. A changed file is taken as it is."""
    place, path = f"{FILES}/{named.name}", files.media(named.name)
    if not path.exists():
        return f"{named.of}: the file {named.name} is missing"
    sums[place] = _add(tar, path, place)
    if named.sha256 not in (None, sums[place]):
        return f"{named.of}: the file {named.name} has been changed"
    return None


def _add(tar: tarfile.TarFile, path: files.Stored, place: str) -> str:
    """SHA-256 of what was added."""
    with path.open("rb") as file:
        info = tarfile.TarInfo(place)
        info.size, info.mode = file.seek(0, os.SEEK_END), 0o600
        file.seek(0)
        summed = _Summed(file)
        tar.addfile(info, summed)
        return summed.sha256()


def _add_manifest(tar: tarfile.TarFile, manifest: dict[str, Any]) -> None:
    content = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    info = tarfile.TarInfo(MANIFEST)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner may read, on disk when the block ends."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


class _Summed(io.RawIOBase):
    """A file that is summed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._digest.update(block)
        return block

    def sha256(self) -> str:
        return self._digest.hexdigest()
