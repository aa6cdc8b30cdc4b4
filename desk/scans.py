"""Scanned forms as files: validation, storage, and registration."""

import datetime
import subprocess
import sys

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.models import Person
from choices.selectors import visible_persons
from common import clock
from desk.models import Scan
from letters import files

LARGEST = 10 * 1024 * 1024
# Wall-clock limit: the process has its own limit of CPU time.
_SECONDS = 20


def visible_scans(*, actor: Actor) -> QuerySet[Scan]:
    """Scans of people that ``actor`` may see, and unassigned ones."""
    if not actor.may(Right.REGISTER_CHOICE):
        return Scan.objects.none()
    seen = Q(person__isnull=True) | Q(person__in=visible_persons(actor=actor))
    return Scan.objects.filter(seen).select_related("person__area", "choice", "added_by")


def waiting_scans(*, actor: Actor) -> QuerySet[Scan]:
    return visible_scans(actor=actor).filter(choice=None, put_away_at=None)


def path_of(scan: Scan) -> files.Stored:
    return files.media(scan.file_name)


@transaction.atomic
def add_scan(*, content: bytes, received_on: datetime.date, actor: Actor, person: Person | None = None) -> Scan:
    """Store a file. Its type is determined by its content, whatever its name.

    Raises:
        ValidationError: too big, not a PDF, JPEG or PNG, encrypted, with active content, or received in the future.
    """
    actor.require(Right.REGISTER_CHOICE)
    if received_on > clock.today():
        raise ValidationError(_("Blanketten kan inte ha kommit in senare än i dag."))
    scan = Scan(
        person=person,
        received_on=received_on,
        kind=kind_of(content),
        size=len(content),
        sha256=files.sha256(content),
        added_by_id=_human(actor),
    )
    if Scan.objects.filter(sha256=scan.sha256, put_away_at=None).exists():
        raise ValidationError(_("Samma fil finns redan."))
    scan.save()
    files.write(scan.file_name, content)
    record(
        actor=actor,
        action="scan.add",
        person_reference=person.reference if person else "",
        object_reference=scan.reference,
        data={"kind": scan.kind, "size": scan.size, "received_on": str(received_on)},
    )
    return scan


@transaction.atomic
def put_away(*, scan: Scan, reason: str, actor: Actor) -> Scan:
    """Dismiss without a choice. The file is kept.

    Raises:
        ValidationError: no reason, or already handled.
    """
    actor.require(Right.REGISTER_CHOICE)
    scan = Scan.objects.select_for_update().get(pk=scan.pk)
    if not reason.strip():
        raise ValidationError(_("Skriv varför den läggs undan."))
    if scan.choice_id or scan.put_away_at:
        raise ValidationError(_("Någon annan har redan tagit hand om blanketten."))
    scan.put_away_at, scan.put_away_why = clock.now(), reason.strip()[:200]
    scan.save(update_fields=["put_away_at", "put_away_why"])
    record(actor=actor, action="scan.put_away", object_reference=scan.reference, reason=reason)
    return scan


def kind_of(content: bytes) -> str:
    """Raises ValidationError unless it is a safe PDF, JPEG or PNG."""
    if len(content) > LARGEST:
        raise ValidationError(_("Filen är för stor. Den får vara högst 10 MB."))
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return Scan.Kind.PDF
    if content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\0").endswith(b"\xff\xd9"):
        return Scan.Kind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in content[-16:]:
        return Scan.Kind.PNG
    raise ValidationError(_("Filen är inte en hel PDF, JPEG eller PNG. Skanna om den."))


def _check_pdf(content: bytes) -> None:
    """Parsed in a child process (``desk.pdf_check``), so that a malicious file exhausts only that process."""
    try:
        child = subprocess.run(
            [sys.executable, "-m", "desk.pdf_check"],
            input=content,
            capture_output=True,
            cwd=settings.BASE_DIR,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        said = "broken"
    else:
        said = child.stdout.decode() if child.returncode == 0 else "broken"
    if said != "ok":
        raise ValidationError(_fault(said))


def _fault(said: str) -> str:
    match said:
        case "pages":
            return _("Filen har för många sidor. Dela upp den: en blankett i varje fil.")
        case "more":
            return _("Filen innehåller mer än en bild av blanketten. Skanna om den.")
        case "locked":
            return _("Filen är låst med lösenord.")
    return _("Filen går inte att läsa. Skanna om den.")


def _human(actor: Actor) -> int:
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan lägga in en blankett."))
    return actor.user_id
