"""Health of the whole system: each part with its limit. Counts and times only, nothing about people."""

import datetime
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis import RedisError

from allocation.nightly.morning_report import morning_report
from audit.sealing import oldest_unsealed
from common import clock, heartbeats, replica
from letters import files
from letters.selectors import unrendered, unsent

log = structlog.get_logger(__name__)

DATABASE = "database"
# Share of the disk with letters that must be free, in percent, and at least so many bytes.
FREE_PERCENT, FREE_BYTES = 5, 1024**3
# A letter is a PDF within minutes.
RENDERED_WITHIN = datetime.timedelta(hours=1)
# An ordinary letter is at the printer within a week: people approve the proof.
SENT_WITHIN = datetime.timedelta(days=7)
# The log is sealed every five minutes; a long night may hold it.
SEALED_WITHIN = datetime.timedelta(minutes=30)
# Figures wait ten seconds for the replica.
REPLICA_SECONDS = 60


@dataclass(frozen=True)
class Check:
    """``says``: the state, in words. ``limit``: what it must be."""

    code: str
    name: str
    is_well: bool
    says: str
    limit: str


def checks() -> list[Check]:
    """All parts. Without a database the checks that need it are left out: they are unknown, not well."""
    found = [_disk(), *_store(), *_processes()]
    try:
        return [_database(), *_replica(), *found, *(check() for check in _IN_DATABASE)]
    except DatabaseError:
        return [Check(DATABASE, _("Databasen"), False, _("svarar inte"), _("svarar")), *found]


def _database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Check(DATABASE, _("Databasen"), True, _("svarar"), _("svarar"))


def _processes() -> list[Check]:
    names = {heartbeats.WORKER: _("Arbetaren (worker)"), heartbeats.BEAT: _("Schemat (beat)")}
    try:
        alive = heartbeats.alive()
    except RedisError:
        return [Check("broker", _("Kön (valkey)"), False, _("svarar inte"), _("svarar"))]
    broker = Check("broker", _("Kön (valkey)"), True, _("svarar"), _("svarar"))
    return [broker, *(_process(code, name, alive[code]) for code, name in names.items())]


def _process(code: str, name: str, is_alive: bool) -> Check:
    limit = _("hörs minst var %(seconds)s:e sekund") % {"seconds": heartbeats.LIMITS[code]}
    return Check(code, name, is_alive, _("lever") if is_alive else _("hörs inte"), limit)


def _disk() -> Check:
    # With files in S3 only temporary ones are on the disk. Before the first letter its folder is not made.
    folder = Path(tempfile.gettempdir() if files.in_s3() else settings.MEDIA_ROOT).absolute()
    usage = shutil.disk_usage(next(path for path in (folder, *folder.parents) if path.exists()))
    percent = usage.free * 100 // usage.total
    gib = round(usage.free / 1024**3)
    says = _("%(percent)s procent fritt, %(gib)s GiB") % {"percent": percent, "gib": gib}
    limit = _("minst %(percent)s procent och 1 GiB") % {"percent": FREE_PERCENT}
    return Check("disk", _("Disken"), percent >= FREE_PERCENT and usage.free >= FREE_BYTES, says, limit)


def _store() -> list[Check]:
    """Of files in S3: whether it answers. In ``MEDIA_ROOT`` the disk is all there is to it."""
    if not files.in_s3():
        return []
    try:
        files.media("health").exists()
    except Exception:
        # Of botocore or of the network; the reason is in the log.
        log.warning("store.does_not_answer", exc_info=True)
        return [Check("store", _("Fillagret (S3)"), False, _("svarar inte"), _("svarar"))]
    return [Check("store", _("Fillagret (S3)"), True, _("svarar"), _("svarar"))]


def _replica() -> list[Check]:
    """Of a database with a read replica: whether it follows."""
    if not replica.is_used():
        return []
    name, limit = _("Databasens kopia"), _("högst %(seconds)s s efter") % {"seconds": REPLICA_SECONDS}
    try:
        found = replica.state(patience=1)
    except DatabaseError:
        return [Check("replica", name, False, _("svarar inte"), limit)]
    if not found.is_replica:
        return [Check("replica", name, False, _("följer inte databasen"), limit)]
    says = _("%(seconds)s s efter") % {"seconds": round(found.seconds)}
    return [Check("replica", name, found.seconds <= REPLICA_SECONDS, says, limit)]


def _clock() -> Check:
    off = round(abs(clock.seconds_ahead()))
    says = _("%(seconds)s s från databasens") % {"seconds": off}
    limit = _("högst %(seconds)s s") % {"seconds": clock.WRONG_BY}
    return Check("clock", _("Klockan"), off <= clock.WRONG_BY, says, limit)


def _night() -> Check:
    morning = morning_report(now=clock.now())
    last = morning.night.business_date.isoformat() if morning.night else _("ingen än")
    says = f"{last}. {morning.problem}" if morning.problem else last
    return Check("night", _("Senaste natten"), morning.problem is None, says, _("klar på morgonen"))


def _rendered() -> Check:
    oldest = unrendered().aggregate(oldest=Min("created_at"))["oldest"]
    return _oldest("letters_made", _("Brev att framställa"), oldest, RENDERED_WITHIN)


def _sent() -> Check:
    oldest = unsent().aggregate(oldest=Min("created_at"))["oldest"]
    return _oldest("letters_sent", _("Brev att skicka"), oldest, SENT_WITHIN)


def _seals() -> Check:
    return _oldest("seals", _("Rader i loggen utan sigill"), oldest_unsealed(), SEALED_WITHIN)


def _oldest(code: str, name: str, oldest: datetime.datetime | None, within: datetime.timedelta) -> Check:
    age = clock.now() - oldest if oldest else datetime.timedelta()
    limit = _("högst %(age)s") % {"age": _age(within)}
    says = _("äldst %(age)s") % {"age": _age(age)} if oldest else _("inga")
    return Check(code, name, age <= within, says, limit)


def _age(age: datetime.timedelta) -> str:
    minutes = int(age.total_seconds()) // 60
    if minutes < 120:
        return _("%(count)s min") % {"count": minutes}
    if minutes < 48 * 60:
        hours = minutes // 60
        return ngettext("%(count)s timme", "%(count)s timmar", hours) % {"count": hours}
    days = minutes // (24 * 60)
    return ngettext("%(count)s dygn", "%(count)s dygn", days) % {"count": days}


_IN_DATABASE: tuple[Callable[[], Check], ...] = (_clock, _night, _rendered, _sent, _seals)
