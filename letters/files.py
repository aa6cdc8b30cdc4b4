"""Files of letters, print batches and forms: in ``MEDIA_ROOT``, or in an S3-compatible store (``S3_BUCKET``).

A local file is written beside, flushed to disk, then renamed. An object of S3 appears when all of it has arrived.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

_BLOCK = 1024 * 1024


class S3File:
    """An object of the bucket, with the part of ``Path`` that is used. Private: views check the right."""

    def __init__(self, key: str) -> None:
        self.key = key

    @property
    def name(self) -> str:
        return self.key.rpartition("/")[2]

    def exists(self) -> bool:
        return bool(default_storage.exists(self.key))

    def read_bytes(self) -> bytes:
        with self.open() as file:
            return file.read()

    def open(self, mode: str = "rb") -> IO[bytes]:
        opened: IO[bytes] = default_storage.open(self.key, mode)
        return opened

    def unlink(self, missing_ok: bool = False) -> None:
        default_storage.delete(self.key)

    def write(self, content: IO[bytes]) -> None:
        default_storage.save(self.key, File(content))


Stored = Path | S3File


def in_s3() -> bool:
    return bool(settings.S3_BUCKET)


def media(name: str) -> Stored:
    """A file by its name in the store. Of a local store it is a ``Path``."""
    return S3File(name) if in_s3() else local(name)


def local(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / name


def in_folder(name: str) -> Sequence[Stored]:
    """The files of a folder, sorted by name. Leftovers of killed writers are not among them."""
    if in_s3():
        _folders, names = default_storage.listdir(name)
        return [S3File(f"{name}/{each}") for each in sorted(names) if each]
    found = local(name).iterdir() if local(name).is_dir() else ()
    return sorted(path for path in found if path.is_file() and not path.name.startswith("."))


def names_under(folder: str) -> Iterator[str]:
    """Names of all files of a folder and its folders."""
    if in_s3():
        folders, _names = default_storage.listdir(folder)
    else:
        folders = [path.name for path in local(folder).iterdir() if path.is_dir()] if local(folder).is_dir() else []
    yield from (f"{folder}/{file.name}" for file in in_folder(folder))
    for each in sorted(folders):
        if not each.startswith("."):
            yield from names_under(f"{folder}/{each}")


def write(name: str, content: bytes) -> None:
    """Write a file of the store atomically (``write_whole``)."""
    if in_s3():
        default_storage.save(name, ContentFile(content))
    else:
        write_whole(local(name), content)


@contextmanager
def new_folder(name: str, *, work: str) -> Iterator[Path]:
    """Context of a local folder to fill: its files are in the store when the block succeeds (``whole_folder``).

    In S3 the file that sorts last is written last: a manifest is there when everything is.
    """
    if not in_s3():
        with whole_folder(local(name), work=work) as folder:
            yield folder
        return
    with tempfile.TemporaryDirectory() as temporary:
        yield Path(temporary)
        for path in sorted(Path(temporary).iterdir(), key=lambda path: (path.suffix != ".pdf", path.name)):
            with path.open("rb") as file:
                S3File(f"{name}/{path.name}").write(file)


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

    ``work`` identifies the job: leftovers of its killed attempts are removed. One of them may have been killed between
    the rename and its commit: call this only for a folder that no committed row names.
    """
    beside = path.parent / f".making-{work}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        yield beside
        for file in beside.iterdir():
            _sync(file)
        if path.exists():
            shutil.rmtree(path)
        beside.replace(path)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    sync_folder(path.parent)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sha256_of(file: Stored) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK):
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
