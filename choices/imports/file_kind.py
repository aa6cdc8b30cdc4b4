"""Base class of the kinds of file. One subclass per kind."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from choices.imports.cells import Column
from choices.imports.doubts import Doubt
from choices.imports.report import Problem
from choices.imports.stage import Stage

Values = dict[str, Any]


class FileKind(ABC):
    code: str
    # Column sets that are unique within a file.
    unique: tuple[str, ...] = ()
    # Names and SQL types of staged columns computed from the cells, in the order of ``derive``.
    extra: dict[str, str] = {}
    # Deferred constraints: may be violated between two statements of the import, but not after it.
    deferred: tuple[str, ...] = ()

    def for_actor(self, actor: Actor) -> "FileKind":
        """The kind as the actor may import it. Raises ``PermissionDenied``."""
        actor.require(Right.IMPORT_FILES)
        return self

    def may_import(self, actor: Actor) -> bool:
        """Whether the actor may answer for the doubts about a file."""
        return actor.may(Right.IMPORT_FILES)

    @abstractmethod
    def columns(self) -> list[Column]: ...

    def check_row(self, values: Values, wrong: set[str]) -> Iterator[tuple[str, str]]:
        """Faults between cells of one row: column name and message. Cells that are ``wrong`` by themselves are None."""
        yield from ()

    def derive(self, values: Values) -> Sequence[Any]:
        return ()

    def lock(self, stage: Stage) -> None:  # noqa: B027  (most kinds hold nothing)
        """Lock the rows that the import may change, before they are read. Persons are locked after them."""

    @abstractmethod
    def check_file(self, stage: Stage) -> list[Problem]:
        """Faults that need the database or several rows."""

    def doubts(self, stage: Stage) -> list[Doubt]:
        """Suspicious but possible changes. The rows have been compared already."""
        return []

    @abstractmethod
    def compare(self, stage: Stage) -> None:
        """Set the verdict of every row: ``existing_id`` and ``fields``."""

    def state(self, stage: Stage) -> list[Any]:
        """Verdicts of the rows, to tell whether a preview still holds."""
        return stage.rows("SELECT row, existing_id, fields FROM import_stage ORDER BY row")

    @abstractmethod
    def write(self, stage: Stage, actor: Actor) -> None: ...


def unknown_persons(stage: Stage) -> list[Problem]:
    return stage.problems(
        "SELECT row FROM import_stage WHERE person_id IS NULL AND identity_number IS NOT NULL",
        "identity_number",
        _("Personen finns inte i systemet. Läs in personen först."),
    )
