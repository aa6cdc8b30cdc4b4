"""Import of current providers (nuvarande utförare) from the care system, with the import pipeline of `choices`."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from accounts.actors import Actor
from allocation.locking import lock_room
from choices.imports.cells import Column, day, identity_number, one_of
from choices.imports.doubts import Doubt, many, rows_of
from choices.imports.file_kind import FileKind, Values, unknown_persons
from choices.imports.report import Problem
from choices.imports.stage import Stage
from common import clock
from providers.models import Area, Provider

_FIND_CONTRACT = """
UPDATE import_stage s SET contract_id = c.id
FROM choices_person p, providers_contract c
WHERE p.id = s.person_id AND c.area_id = p.area_id AND c.provider_id = s.provider_id
    AND c.valid_from <= s.valid_from AND (c.valid_until IS NULL OR c.valid_until > s.valid_from)
"""
_NO_CONTRACT = """
SELECT row FROM import_stage
WHERE contract_id IS NULL AND person_id IS NOT NULL AND provider_id IS NOT NULL AND valid_from IS NOT NULL
"""
_PERSON_TWICE = """
SELECT b.row, min(a.row) FROM import_stage a JOIN import_stage b ON a.row < b.row AND a.person_id = b.person_id
GROUP BY b.row
"""
# History is closed and continued, never moved: a file cannot backdate a placement before one that has begun.
_TOO_EARLY = """
SELECT s.row FROM import_stage s
WHERE EXISTS (
    SELECT 1 FROM allocation_placement l WHERE l.person_id = s.person_id AND l.valid_from >= s.valid_from
) AND NOT EXISTS (
    SELECT 1 FROM allocation_placement l JOIN providers_contract c ON c.id = l.contract_id
    WHERE l.person_id = s.person_id AND daterange(l.valid_from, l.valid_until) @> s.valid_from
        AND c.provider_id = s.provider_id
)
"""
_COMPARE = """
UPDATE import_stage s
SET existing_id = l.id, fields = CASE WHEN c.provider_id = s.provider_id THEN '{}' ELSE ARRAY[%(header)s] END
FROM allocation_placement l JOIN providers_contract c ON c.id = l.contract_id
WHERE l.person_id = s.person_id AND daterange(l.valid_from, l.valid_until) @> s.valid_from
"""
_END_OLD = """
UPDATE allocation_placement l SET valid_until = s.valid_from, end_reason = %(reason)s
FROM import_stage s WHERE l.id = s.existing_id AND s.fields <> '{}'
"""
_START_NEW = """
INSERT INTO allocation_placement
    (person_id, contract_id, valid_from, interim, reason, end_reason, registered_at)
SELECT person_id, contract_id, valid_from, false, '', '', %(now)s
FROM import_stage WHERE existing_id IS NULL OR fields <> '{}' ORDER BY row
"""


_PLACED = "SELECT count(*) FROM allocation_placement WHERE valid_until IS NULL"


class Placements(FileKind):
    code = "placements"
    extra = {"contract_id": "bigint"}

    def columns(self) -> list[Column]:
        providers = one_of(dict(Provider.objects.values_list("code", "pk")))
        return [
            Column("identity_number", "personnummer", identity_number, filled=True),
            Column("provider_id", "utförare", providers, sql_type="bigint", filled=True),
            Column("valid_from", "från", day, sql_type="date", also_called=("från och med",), filled=True),
        ]

    def derive(self, values: Values) -> Sequence[Any]:
        return (None,)

    def lock(self, stage: Stage) -> None:
        lock_room(areas=list(Area.objects.all()))

    def check_file(self, stage: Stage) -> list[Problem]:
        stage.execute(_FIND_CONTRACT)
        return [
            *unknown_persons(stage),
            *stage.problems(
                _NO_CONTRACT,
                "provider_id",
                _("Utföraren har inget avtal i personens område den dagen. Kontrollera utföraren och datumet."),
            ),
            *stage.problems(
                _PERSON_TWICE, "identity_number", _("Personen finns redan på rad {}. Ta bort den ena raden.")
            ),
            *stage.problems(
                _TOO_EARLY,
                "valid_from",
                _("Personen har redan en annan utförare från den dagen eller senare. Rätta datumet."),
            ),
        ]

    def doubts(self, stage: Stage) -> list[Doubt]:
        return rows_of(
            stage,
            "changes",
            ngettext_lazy(
                "%(rows)s person skulle byta utförare på en gång.",
                "%(rows)s personer skulle byta utförare på en gång.",
                "rows",
            ),
            "SELECT row FROM import_stage WHERE existing_id IS NOT NULL AND fields <> '{}'",
            least=many(stage, _PLACED, least=10, percent=5),
        )

    def compare(self, stage: Stage) -> None:
        stage.execute(_COMPARE, {"header": stage.headers["provider_id"]})

    def write(self, stage: Stage, actor: Actor) -> None:
        stage.execute(_END_OLD, {"reason": _("Ny uppgift från verksamhetssystemet")})
        # Nobody here decided them: the log has who took the file in.
        stage.execute(_START_NEW, {"now": clock.now()})
        stage.execute("ANALYZE allocation_placement")
