"""Register of the kinds of work. The list knows no kind by name."""

from collections.abc import Iterator

from accounts.actors import Actor
from desk.work.kind import Group, Kind

_GROUPS = list(Group)


class Registry:
    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}

    def register(self, *kinds: type[Kind]) -> None:
        """For ``AppConfig.ready``. Raises ``ValueError`` for a duplicate code."""
        for each in kinds:
            there = self._kinds.get(each.code)
            if there is not None and type(there) is not each:
                raise ValueError(f"two kinds of work are called {each.code}")
            self._kinds[each.code] = each()

    def __iter__(self) -> Iterator[Kind]:
        """In order of urgency, independent of the order of registration."""
        return iter(sorted(self._kinds.values(), key=lambda kind: (_GROUPS.index(kind.group), kind.order, kind.code)))

    def __getitem__(self, code: str) -> Kind:
        return self._kinds[code]

    def __contains__(self, code: object) -> bool:
        return code in self._kinds

    def for_actor(self, actor: Actor) -> list[Kind]:
        """Kinds that ``actor`` may act on."""
        return [kind for kind in self if actor.may(kind.right)]


KINDS = Registry()
