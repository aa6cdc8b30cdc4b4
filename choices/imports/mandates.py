"""Import of mandates (ställföreträdare): one row per holder; relatives who act jointly are several rows."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.actors import Actor
from choices.imports.cells import (
    NO_ADDRESS,
    Column,
    day,
    identity_number,
    last_day,
    one_of,
    phone,
    postcode,
    text,
    wording,
    yes_no,
)
from choices.imports.doubts import Doubt, rows_of
from choices.imports.file_kind import FileKind, Values, unknown_persons
from choices.imports.report import Problem
from choices.imports.stage import Match, Stage
from choices.models import Mandate
from common import clock

_SAME_MANDATE = "a.person_id = b.person_id AND a.kind = b.kind AND a.valid_from = b.valid_from"
_DISAGREE = f"""
SELECT DISTINCT b.row FROM import_stage a JOIN import_stage b ON a.row < b.row AND {_SAME_MANDATE}
WHERE (a.scope, a.joint, a.evidence, a.valid_until) IS DISTINCT FROM (b.scope, b.joint, b.evidence, b.valid_until)
"""  # noqa: S608
_HOLDER_TWICE = f"""
SELECT b.row, min(a.row) FROM import_stage a JOIN import_stage b ON a.row < b.row AND {_SAME_MANDATE}
WHERE a.holder_number = b.holder_number AND (b.holder_number <> '' OR a.name = b.name)
GROUP BY b.row
"""  # noqa: S608
# A holder whose number has changed since: the number of the record that remains.
_NUMBERS_NOW = """
UPDATE import_stage s SET holder_number = r.identity_number
FROM choices_person p JOIN choices_person r ON r.id = p.merged_into_id WHERE p.identity_number = s.holder_number
"""
_FIND_MANDATE = """
UPDATE import_stage s SET mandate_id = (
    SELECT min(m.id) FROM choices_mandate m
    WHERE m.person_id = s.person_id AND m.kind = s.kind AND m.valid_from = s.valid_from
)
"""
_FIND_HOLDER = """
UPDATE import_stage s SET existing_id = (
    SELECT min(h.id) FROM choices_mandateholder h
    WHERE h.mandate_id = s.mandate_id
        AND CASE WHEN s.holder_number <> '' THEN h.identity_number = s.holder_number ELSE h.name = s.name END
)
"""
_NEW_MANDATES = """
INSERT INTO choices_mandate (person_id, kind, scope, joint, evidence, valid_from, valid_until)
SELECT DISTINCT ON (person_id, kind, valid_from) person_id, kind, scope, joint, evidence, valid_from, valid_until
FROM import_stage WHERE mandate_id IS NULL ORDER BY person_id, kind, valid_from, row
"""
_CHANGED_MANDATES = """
UPDATE choices_mandate m SET scope = s.scope, joint = s.joint, evidence = s.evidence, valid_until = s.valid_until
FROM import_stage s WHERE s.mandate_id = m.id AND s.fields <> '{}'
"""
# An end date that came out empty: somebody might choose for the person again.
_REOPENED = """
SELECT s.row FROM import_stage s JOIN choices_mandate m ON m.id = s.mandate_id
WHERE m.valid_until <= %(today)s AND (s.valid_until IS NULL OR s.valid_until > %(today)s)
"""
_ALONE = """
SELECT s.row FROM import_stage s JOIN choices_mandate m ON m.id = s.mandate_id WHERE m.joint AND NOT s.joint
"""
_OF_MANDATE = ("scope", "joint", "evidence", "valid_until")
_OF_HOLDER = ("name", "phone", "street", "postal_code", "town")


class Mandates(FileKind):
    code = "mandates"
    extra = {"valid_until": "date", "mandate_id": "bigint", "added_at": "timestamptz"}

    def columns(self) -> list[Column]:
        kinds = {str(label): value for value, label in Mandate.Kind.choices}
        return [
            Column("identity_number", "personnummer", identity_number, filled=True),
            Column("kind", "slag", one_of(kinds), filled=True),
            Column("scope", "omfattning", text(200), filled=True),
            Column("joint", "gemensamt", yes_no, empty=False, sql_type="boolean"),
            Column("evidence", "underlag", text(200), filled=True),
            Column("valid_from", "från", day, sql_type="date", also_called=("från och med",), filled=True),
            Column(
                "last_day", "till och med", last_day, required=True, empty=None, sql_type="date", also_called=("till",)
            ),
            Column("holder_number", "företrädarens personnummer", identity_number),
            Column("name", "företrädarens namn", wording(120), filled=True),
            Column("phone", "företrädarens telefon", phone),
            Column("street", "företrädarens gatuadress", wording(60, missing=NO_ADDRESS)),
            Column("postal_code", "företrädarens postnummer", postcode),
            Column("town", "företrädarens postort", wording(27, missing=NO_ADDRESS)),
        ]

    def check_row(self, values: Values, wrong: set[str]) -> Iterator[tuple[str, str]]:
        if values["last_day"] and values["valid_from"] and values["last_day"] < values["valid_from"]:
            yield "last_day", _("Sista dagen ligger före första dagen. Rätta ett av datumen.")
        if values["holder_number"] and values["holder_number"] == values["identity_number"]:
            yield "holder_number", _("Personen kan inte företräda sig själv. Rätta ett av numren.")

    def derive(self, values: Values) -> Sequence[Any]:
        return values["last_day"] and values["last_day"] + datetime.timedelta(days=1), None, clock.now()

    def check_file(self, stage: Stage) -> list[Problem]:
        stage.execute(_NUMBERS_NOW)
        return [
            *unknown_persons(stage),
            *stage.problems(
                _DISAGREE,
                "scope",
                _("Raderna om samma ställföreträdarskap säger olika. Skriv omfattning, underlag och datum lika."),
            ),
            *stage.problems(_HOLDER_TWICE, "name", _("Företrädaren finns redan på rad {}. Ta bort den ena raden.")),
        ]

    def doubts(self, stage: Stage) -> list[Doubt]:
        found = rows_of(
            stage,
            "reopened",
            _("Rader om ställföreträdare som har slutat och skulle få välja igen: %(rows)s."),
            _REOPENED,
            {"today": clock.today()},
        )
        if stage.headers["joint"] in stage.present:
            message = _("Rader om företrädare som skulle få handla var för sig i stället för gemensamt: %(rows)s.")
            found += rows_of(stage, "alone", message, _ALONE)
        return found

    def compare(self, stage: Stage) -> None:
        stage.execute(_FIND_MANDATE)
        headers = {**stage.headers, "valid_until": stage.headers["last_day"]}
        stage.compare("choices_mandate", Match("mandate_id", "id", ""), [Match(n, n, headers[n]) for n in _OF_MANDATE])
        stage.execute(_FIND_HOLDER)
        stage.compare("choices_mandateholder", Match("existing_id", "id", ""), _of_holder(stage))

    def write(self, stage: Stage, actor: Actor) -> None:
        stage.execute(_NEW_MANDATES)
        stage.execute(_CHANGED_MANDATES)
        stage.execute(_FIND_MANDATE)
        pairs = [(n, n) for n in ("mandate_id", "added_at", *_OF_HOLDER)]
        stage.insert("choices_mandateholder", [("holder_number", "identity_number"), *pairs])
        stage.update("choices_mandateholder", _of_holder(stage))


def _of_holder(stage: Stage) -> list[Match]:
    return [Match(n, n, stage.headers[n]) for n in _OF_HOLDER]
