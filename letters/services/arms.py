"""The municipality's arms for letters: set, replaced, removed."""

import hashlib
import io

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common import clock
from letters.models import Arms

# Bytes of a file. Pixels of a side: a picture is at most 45 mm wide on paper.
LARGEST = 2_000_000
MOST_PIXELS = 6000
_HIGHEST = 600
# Last bytes of a whole PNG, and of a whole JPEG.
_ENDS = (b"IEND\xaeB`\x82", b"\xff\xd9")


@transaction.atomic
def set_arms(*, content: bytes, actor: Actor) -> Arms:
    """Use the picture in letters written from now on, in place of the one before. Idempotent.

    Raises:
        ValidationError: it is not a PNG or JPEG that can be used.
    """
    actor.require(Right.MANAGE_TEXTS)
    picture = _printable(content)
    sha256 = hashlib.sha256(picture).hexdigest()
    before = Arms.objects.select_for_update().filter(removed_at=None).first()
    if before and before.sha256 == sha256:
        return before
    _end(before)
    made = Arms.objects.create(content=picture, sha256=sha256, set_by_id=actor.user_id)
    record(actor=actor, action="arms.set", object_reference=sha256[:12])
    return made


@transaction.atomic
def remove_arms(*, actor: Actor) -> None:
    """Letters written from now on have none. Idempotent."""
    actor.require(Right.MANAGE_TEXTS)
    before = Arms.objects.select_for_update().filter(removed_at=None).first()
    if before:
        _end(before)
        record(actor=actor, action="arms.remove", object_reference=before.sha256[:12])


def _end(before: Arms | None) -> None:
    if before:
        before.removed_at = clock.now()
        before.save(update_fields=["removed_at"])


def _printable(content: bytes) -> bytes:
    """The picture on white, without metadata, no larger than paper shows: PDF/A forbids more than that."""
    fault = ValidationError(_("Det gick inte att läsa bilden. Välj en PNG eller JPEG, högst 2 MB."))
    # Checked by hand: WeasyPrint lets Pillow read truncated pictures, in the whole process.
    if len(content) > LARGEST or not content.endswith(_ENDS):
        raise fault
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as image:
            if max(image.size) > MOST_PIXELS:
                raise fault
            coloured = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise fault from error
    white = Image.new("RGBA", coloured.size, "white")
    white.alpha_composite(coloured)
    plain = white.convert("RGB")
    plain.thumbnail((3 * _HIGHEST, _HIGHEST))
    target = io.BytesIO()
    plain.save(target, "PNG", optimize=True)
    return target.getvalue()
