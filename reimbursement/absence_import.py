"""Import of absences from the care system, with the import pipeline of `choices`.

An absence is found again by person and first day: a row with another end or kind corrects it by a new version.
"""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from accounts.actors import Actor
from choices.imports.cells import Column, day, identity_number, last_day, one_of, yes_no
from choices.imports.doubts import Doubt, many, rows_of
from choices.imports.file_kind import FileKind, Values, unknown_persons
from choices.imports.report import Problem
from choices.imports.stage import Stage
from common import clock
from common.references import new_reference
from reimbursement.models import Absence

_SAME_DAY_IN_FILE = """
SELECT b.row, min(a.row) FROM import_stage a JOIN import_stage b
    ON a.person_id = b.person_id AND a.valid_from = b.valid_from AND a.row < b.row
    AND (a.kind = 'death') = (b.kind = 'death')
GROUP BY b.row
"""
_OVERLAP_IN_FILE = """
SELECT b.row, min(a.row) FROM import_stage a JOIN import_stage b
    ON a.person_id = b.person_id AND a.row < b.row AND a.valid_from <> b.valid_from
WHERE a.kind <> 'death' AND b.kind <> 'death'
    AND coalesce(a.valid_until > a.valid_from, true) AND coalesce(b.valid_until > b.valid_from, true)
    AND daterange(a.valid_from, a.valid_until) && daterange(b.valid_from, b.valid_until)
GROUP BY b.row
"""
# Absences that the file itself corrects do not conflict.
_OVERLAP_WITH_STORED = """
SELECT DISTINCT s.row FROM import_stage s JOIN reimbursement_absence a ON a.person_id = s.person_id
WHERE a.ended_at IS NULL AND a.kind <> 'death' AND s.kind <> 'death'
    AND coalesce(s.valid_until > s.valid_from, true)
    AND daterange(s.valid_from, s.valid_until) && daterange(a.valid_from, a.valid_until)
    AND NOT EXISTS (
        SELECT 1 FROM import_stage o
        WHERE o.person_id = a.person_id AND o.valid_from = a.valid_from AND o.kind <> 'death'
    )
"""
_TWO_DEATHS = """
SELECT s.row FROM import_stage s JOIN reimbursement_absence a ON a.person_id = s.person_id
WHERE s.kind = 'death' AND a.kind = 'death' AND a.ended_at IS NULL AND a.valid_from <> s.valid_from
"""
_NOT_YET = "SELECT row FROM import_stage WHERE reported_on > %s"
_DEATH_TO_COME = "SELECT row FROM import_stage WHERE kind = 'death' AND valid_from > %s"
_COMPARE = """
UPDATE import_stage s SET existing_id = a.id, fields = array_remove(ARRAY[
    CASE WHEN s.kind <> a.kind THEN %(kind)s END,
    CASE WHEN s.planned <> a.planned THEN %(planned)s END,
    CASE WHEN s.valid_until IS DISTINCT FROM a.valid_until THEN %(last_day)s END
]::text[], NULL)
FROM reimbursement_absence a
WHERE a.person_id = s.person_id AND a.valid_from = s.valid_from AND a.ended_at IS NULL
    AND (a.kind = 'death') = (s.kind = 'death')
"""
_STANDING = "SELECT count(*) FROM reimbursement_absence WHERE ended_at IS NULL"
_CHANGED = "SELECT row FROM import_stage WHERE existing_id IS NOT NULL AND fields <> '{}'"
_END = """
UPDATE reimbursement_absence a SET ended_at = %(now)s
FROM import_stage s WHERE a.id = s.existing_id AND s.fields <> '{}'
"""
_NEW = "SELECT row FROM import_stage WHERE existing_id IS NULL OR fields <> '{}' ORDER BY row"
_INSERT = """
INSERT INTO reimbursement_absence (
    reference, person_id, kind, planned, valid_from, valid_until, source, reported_on, registered_at, registered_by_id,
    replaces_id
)
SELECT n.reference, s.person_id, s.kind, s.planned, s.valid_from, s.valid_until, 'import', s.reported_on, %(now)s,
    %(user)s, s.existing_id
FROM import_stage s JOIN unnest(%(rows)s::int[], %(references)s::text[]) AS n (row, reference) USING (row)
ORDER BY row
"""


class Absences(FileKind):
    code = "absences"
    extra = {"valid_until": "date"}

    def columns(self) -> list[Column]:
        kinds = {
            "sjukhus": Absence.Kind.HOSPITAL.value,
            "korttid": Absence.Kind.SHORT_STAY.value,
            "resa": Absence.Kind.TRAVEL.value,
            "avliden": Absence.Kind.DEATH.value,
        }
        return [
            Column("identity_number", "personnummer", identity_number, filled=True),
            Column("kind", "frånvaro", one_of(kinds), filled=True),
            Column("planned", "planerad", yes_no, sql_type="boolean", filled=True),
            Column("valid_from", "första dagen borta", day, sql_type="date", filled=True),
            Column("last_day", "sista dagen borta", last_day, required=True, empty=None, sql_type="date"),
            Column("reported_on", "rapporterad", day, sql_type="date", filled=True),
        ]

    def check_row(self, values: Values, wrong: set[str]) -> Iterator[tuple[str, str]]:
        if values["last_day"] and values["valid_from"] and values["last_day"] < values["valid_from"]:
            yield "last_day", _("Sista dagen ligger före första dagen. Rätta ett av datumen.")
        if values["kind"] == Absence.Kind.DEATH and (values["last_day"] or values["planned"]):
            yield "kind", _("Ett dödsfall har ingen sista dag och är inte planerat. Rätta raden.")

    def derive(self, values: Values) -> Sequence[Any]:
        return [values["last_day"] and values["last_day"] + datetime.timedelta(days=1)]

    def check_file(self, stage: Stage) -> list[Problem]:
        today = [clock.today()]
        return [
            *unknown_persons(stage),
            *stage.problems(
                _SAME_DAY_IN_FILE, "valid_from", _("Samma första dag finns redan på rad {}. Ta bort den ena raden.")
            ),
            *stage.problems(_OVERLAP_IN_FILE, "valid_from", _("Perioden krockar med rad {}. Rätta datumen.")),
            *stage.problems(
                _OVERLAP_WITH_STORED,
                "valid_from",
                _("Perioden krockar med en frånvaro som redan finns. Ta med den i filen med rätt sista dag."),
            ),
            *stage.problems(
                _TWO_DEATHS, "valid_from", _("En annan dödsdag är redan registrerad. Rätta den på personens sida.")
            ),
            *stage.problems(_NOT_YET, "reported_on", _("Dagen har inte varit än. Rätta dagen."), today),
            *stage.problems(_DEATH_TO_COME, "valid_from", _("Dödsdagen har inte varit än. Rätta dagen."), today),
        ]

    def doubts(self, stage: Stage) -> list[Doubt]:
        a_year, today = datetime.timedelta(days=365), clock.today()
        return [
            *rows_of(
                stage,
                "changes",
                ngettext_lazy(
                    "%(rows)s frånvaroperiod skulle ändras på en gång.",
                    "%(rows)s frånvaroperioder skulle ändras på en gång.",
                    "rows",
                ),
                _CHANGED,
                least=many(stage, _STANDING, least=10, percent=5),
            ),
            *rows_of(
                stage,
                "far_away",
                _("Frånvaro som börjar för mer än ett år sedan eller om mer än ett år: %(rows)s. Kontrollera året."),
                "SELECT row FROM import_stage WHERE existing_id IS NULL"
                " AND valid_from NOT BETWEEN %(first)s AND %(last)s",
                {"first": today - a_year, "last": today + a_year},
            ),
        ]

    def compare(self, stage: Stage) -> None:
        stage.execute(_COMPARE, {name: stage.headers[name] for name in ("kind", "planned", "last_day")})

    def write(self, stage: Stage, actor: Actor) -> None:
        now = clock.now()
        stage.execute(_END, {"now": now})
        rows = [row for (row,) in stage.rows(_NEW)]
        references = [new_reference() for _row in rows]
        stage.execute(_INSERT, {"now": now, "user": actor.user_id, "rows": rows, "references": references})
        stage.execute("ANALYZE reimbursement_absence")
