"""The municipality's arms at the head of letters: the picture in use, and that of a letter."""

import base64
import functools

from common.documents import RenderError
from letters.models import Arms


def in_use() -> Arms | None:
    return Arms.objects.filter(removed_at=None).first()


def digest_in_use() -> str:
    """Digest of the picture in use; empty without one."""
    return Arms.objects.filter(removed_at=None).values_list("sha256", flat=True).first() or ""


@functools.lru_cache(maxsize=8)
def data_url(sha256: str) -> str:
    """The picture as a ``data:`` URL; empty for a letter without one.

    Raises:
        RenderError: the letter's picture is gone.
    """
    if not sha256:
        return ""
    found = Arms.objects.filter(sha256=sha256).first()
    if found is None:
        raise RenderError(f"the arms {sha256} are missing")
    return url_of(found)


def url_of(arms: Arms) -> str:
    return f"data:image/png;base64,{base64.b64encode(bytes(arms.content)).decode()}"
