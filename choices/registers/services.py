"""Register services: apply deliveries in order, once, resuming after a crash."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext as _

from audit.services import record
from choices.models import Person, RegisterFile, RegisterMark
from choices.registers import applying
from choices.registers.navet.posts import Post
from choices.registers.navet.reading import Delivery, RegisterError, look, posts_of
from choices.registers.navet.web_service import WebService
from common import clock

log = structlog.get_logger(__name__)

# One reader at a time: posts are applied in order of delivery.
_LOCK = 7_220_237
# Posts per transaction: at most this many are read again after a crash.
BATCH = 500


@dataclass
class Report:
    """Result of a reading. ``problems``: a sentence for each file that was not applied."""

    files: int = 0
    posts: int = 0
    in_care: int = 0
    changed: int = 0
    protected: int = 0
    problems: list[str] = field(default_factory=list)


def read_folder(folder: Path, *, keep: bool = False) -> Report:
    """Apply all files of the folder, the oldest first.

    An applied file is deleted, since most of its people are not in our care; ``keep`` leaves it. A missing serial
    number stops the reading: later files wait, except for protection.
    """
    report = Report()
    with _alone() as first:
        if not first:
            return report
        found = _protect_and_look(sorted(folder.glob("*.xml")), report)
        for delivery in sorted(found, key=lambda each: each.order):
            if missing := _missing(delivery):
                report.problems.append(
                    _("%(file)s väntar: filen med löpnummer %(number)s saknas.")
                    % {"file": delivery.path.name, "number": missing}
                )
                break
            try:
                _read_file(delivery, report)
            except RegisterError as error:
                report.problems.append(f"{delivery.path.name}: {error}")
                break
            if not keep:
                delivery.path.unlink()
    for problem in report.problems:
        log.error("register.not_followed", problem=problem)
    return report


def ask(service: WebService, *, most: int, not_since: datetime.datetime) -> Report:
    """Query the web service about people in our care not queried since then, the longest ago first."""
    report = Report()
    with _alone() as first:
        if not first:
            return report
        people = Person.objects.filter(merged_into=None, deceased_on=None).exclude(
            register_mark__asked_at__gte=not_since
        )
        for person in people.order_by("register_mark__asked_at", "pk")[:most]:
            posts = service.posts_about(person.identity_number)
            report.protected += applying.protect(posts)
            with transaction.atomic():
                in_care, changed = applying.follow(posts)
                RegisterMark.objects.update_or_create(person=person, defaults={"asked_at": clock.now()})
            report.posts += len(posts)
            report.in_care += in_care
            report.changed += changed
    return report


class _alone:
    """Advisory lock of the single reader; it ends with the process.

    Held by a transaction on a connection of its own: a pool may give each transaction of the other one another session.
    """

    def __enter__(self) -> bool:
        self._own = connection.copy()
        self._own.set_autocommit(False)
        with self._own.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            return bool(cursor.fetchone()[0])

    def __exit__(self, *_error: object) -> None:
        self._own.close()


def _protect_and_look(paths: list[Path], report: Report) -> list[Delivery]:
    """Set protection from all files before anything else: also from a file that is damaged or must wait."""
    found = []
    for path in paths:
        try:
            _protect(path, report)
            found.append(look(path))
        except RegisterError as error:
            report.problems.append(f"{path.name}: {error}")
    return found


def _protect(path: Path, report: Report) -> None:
    """Also from a truncated file: one flag too many does less harm than one too few."""
    flagged: list[Post] = []
    try:
        for _number, post in posts_of(path):
            if post is not None and (post.confidential or post.protected):
                flagged.append(post)
            if len(flagged) == BATCH:
                report.protected += applying.protect(flagged)
                flagged = []
    finally:
        report.protected += applying.protect(flagged)


def _missing(delivery: Delivery) -> int | None:
    """The serial number expected before this one."""
    if delivery.running_number is None or not delivery.order_id:
        return None
    finished = RegisterFile.objects.filter(order_id=delivery.order_id, finished_at__isnull=False)
    last = finished.exclude(running_number=None).order_by("-running_number").values_list("running_number", flat=True)
    before = last.first()
    if before is None or delivery.running_number <= before + 1:
        return None
    return before + 1


def _read_file(delivery: Delivery, report: Report) -> None:
    row, _new = RegisterFile.objects.get_or_create(
        sha256=delivery.sha256,
        defaults={
            "order": delivery.order,
            "order_id": delivery.order_id,
            "running_number": delivery.running_number,
            "posts": delivery.posts,
        },
    )
    if row.finished_at is not None:
        return
    numbered = posts_of(delivery.path, skip=row.done)
    for batch in _batches(numbered):
        with transaction.atomic():
            in_care, changed = applying.follow([post for _number, post in batch if post is not None])
            row.done = batch[-1][0]
            row.in_care += in_care
            row.changed += changed
            row.save(update_fields=["done", "in_care", "changed"])
        report.posts += len(batch)
        report.in_care += in_care
        report.changed += changed
    with transaction.atomic():
        row.finished_at = clock.now()
        row.save(update_fields=["finished_at"])
        record(
            actor=applying.actor(),
            action="register.file",
            object_reference=str(row.pk),
            data={"posts": row.posts, "in_care": row.in_care, "changed": row.changed, "order": row.order},
        )
    report.files += 1


def _batches(items: Iterator[tuple[int, Post | None]]) -> Iterator[list[tuple[int, Post | None]]]:
    while batch := list(islice(items, BATCH)):
        yield batch
