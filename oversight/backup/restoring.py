"""Restore of a backup into an empty database. Nothing that exists is overwritten, and a killed restore is run again."""

import hashlib
import json
import shutil
import subprocess
import tarfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from letters import files
from oversight.backup.making import DUMP, FILES, FORMAT, MANIFEST
from oversight.backup.programs import address, program, server_version

_BLOCK = 1024 * 1024


class RestoreError(RuntimeError):
    """The archive cannot be restored here; the message says what to do. Nothing was overwritten."""


def restore(archive: Path) -> dict[str, Any]:
    """Write the files of the archive, then its database in one transaction; returns the manifest.

    Migrations that the program has and the backup lacks are applied.

    Raises:
        RestoreError: the archive is not whole, of a newer program, or the database is not empty.
        ProgramError: no ``pg_restore`` of the version that made the dump.
    """
    try:
        with tarfile.open(archive) as tar:
            manifest = _manifest(tar)
            _refuse(manifest)
            pg_restore = program("pg_restore", at_least=manifest["postgres"])
            _check(tar, manifest)
            for place in manifest["sums"]:
                if place.startswith(f"{FILES}/"):
                    _write(tar, place)
            _load(tar, pg_restore)
    except (tarfile.TarError, EOFError) as error:
        raise RestoreError(f"{archive} is not a whole backup: {error}. Take another one.") from error
    call_command("migrate", verbosity=0)
    return manifest


def _manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    try:
        content = _open(tar, MANIFEST).read()
    except KeyError as error:
        raise RestoreError(
            "The archive has no manifest: it is not whole, or not a backup. Take another one."
        ) from error
    manifest: dict[str, Any] = json.loads(content)
    if manifest["format"] != FORMAT:
        raise RestoreError(f"The archive is of format {manifest['format']}; this program reads {FORMAT}.")
    return manifest


def _refuse(manifest: dict[str, Any]) -> None:
    if server_version() < manifest["postgres"]:
        raise RestoreError(
            f"The backup is of PostgreSQL {manifest['server']}, and this server is {server_version()}:"
            f" use a server of version {manifest['postgres']} or later."
        )
    here = set(MigrationLoader(None).disk_migrations)
    if newer := [f"{app}.{name}" for app, name in manifest["migrations"] if (app, name) not in here]:
        raise RestoreError(f"The backup is of a newer program: it has {newer[-1]}. Install that version first.")
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    if tables:
        raise RestoreError(
            f"The database {connection.settings_dict['NAME']} has tables. Make an empty one: nothing is overwritten."
            " If a restore was interrupted after its database was done, run verify_restore."
        )


def _check(tar: tarfile.TarFile, manifest: dict[str, Any]) -> None:
    """Check, before anything is written, that the archive is undamaged and that no existing file differs."""
    for place, sha256 in manifest["sums"].items():
        if _sha256(_open(tar, place)) != sha256:
            raise RestoreError(f"{place} in the archive has been changed or is damaged. Take another backup.")
        if not place.startswith(f"{FILES}/"):
            continue
        stored = files.media(_name(place))
        if stored.exists() and files.sha256_of(stored) != sha256:
            raise RestoreError(f"{_name(place)} exists and is another file. Move it away, or use an empty MEDIA_ROOT.")


def _write(tar: tarfile.TarFile, place: str) -> None:
    if not files.media(_name(place)).exists():
        files.write(_name(place), _open(tar, place).read())


def _name(place: str) -> str:
    name = place.removeprefix(f"{FILES}/")
    if not files.local(name).resolve().is_relative_to(files.local("").resolve()):
        raise RestoreError(f"The archive names a file outside MEDIA_ROOT: {place}.")
    return name


def _load(tar: tarfile.TarFile, pg_restore: Path) -> None:
    """All or nothing: an interrupted restore leaves an empty database."""
    to, environment = address()
    command: list[str | Path] = [pg_restore, "--exit-on-error", "--single-transaction", f"--dbname={to}"]
    with subprocess.Popen(  # noqa: S603
        command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None  # noqa: S101
        assert process.stderr is not None  # noqa: S101
        # A program that ends early breaks the pipe; the reason is in its own words below.
        with suppress(BrokenPipeError):
            shutil.copyfileobj(_open(tar, DUMP), process.stdin, _BLOCK)
            process.stdin.close()
        said = process.stderr.read().decode(errors="replace")
    if process.returncode:
        raise RestoreError(f"pg_restore failed, and the database is empty: {said.strip()}")


def _open(tar: tarfile.TarFile, place: str) -> IO[bytes]:
    found = tar.extractfile(place)
    if found is None:
        raise RestoreError(f"{place} in the archive is not a file.")
    return found


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()
