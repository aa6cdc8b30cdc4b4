"""Notices on the home page of staff, from rooms that the home page does not know."""

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
    """For ``AppConfig.ready``. ``source`` gives None where there is nothing to say to the actor."""
    if source not in _sources:
        _sources.append(source)


def notices(*, actor: Actor) -> list[Notice]:
    return [notice for source in _sources if (notice := source(actor))]
