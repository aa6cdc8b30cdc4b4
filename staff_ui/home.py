"""Notices on the staff home page, registered by other rooms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.actors import Actor


@dataclass(frozen=True)
class Notice:
    """``template`` is included with ``facts`` as the variable ``notice``."""

    template: str
    facts: Any


NoticeSource = Callable[[Actor], Notice | None]
_sources: list[NoticeSource] = []


def add_notice(source: NoticeSource) -> None:
    """For ``AppConfig.ready``. ``source`` returns None without a notice for the actor."""
    if source not in _sources:
        _sources.append(source)


def notices(*, actor: Actor) -> list[Notice]:
    return [notice for source in _sources if (notice := source(actor))]
