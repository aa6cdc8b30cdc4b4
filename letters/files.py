"""Atomic files: written beside, flushed to disk, then renamed."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

_BLOCK = 1024 * 1024


def media(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / name


def write_whole(path: Path, content: bytes) -> None:
    """Write ``path`` atomically: after a full disk or a killed process the old content is still there.

    One writer at a time for a path. Leftovers of a killed writer are overwritten.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".writing-{path.name}")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def whole_folder(path: Path, *, work: str) -> Iterator[Path]:
    """Context of a folder to fill: renamed to its name when the block succeeds, otherwise deleted.

    ``work`` identifies the job: leftovers of its killed attempts are removed.
    """
    beside = path.parent / f".making-{work}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        yield beside
        for file in beside.iterdir():
            _sync(file)
        beside.replace(path)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    sync_folder(path.parent)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Flush the directory entry to disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
