"""Import of granted help (biståndsbeslut) from the care system."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from accounts.actors import Actor
from choices import identity
from choices.imports.cells import Column, day, identity_number, last_day, name_of_a_thing, one_of, whole_number
from choices.imports.doubts import Doubt, many, rows_of
from choices.imports.file_kind import FileKind, Values, unknown_persons
from choices.imports.report import Problem
from choices.imports.stage import Match, Stage
from common import clock
from providers.models import ServiceType

# 31 days of 24 hours, two carers at a time (also a constraint of the table).
MOST_MINUTES = 2 * 31 * 24 * 60

# Period of a row: the file gives the last valid day, the table stores the first invalid one.
_OVERLAP_IN_FILE = """
SELECT b.row, a.row FROM import_stage a JOIN import_stage b
    ON a.person_id = b.person_id AND a.service_type_id = b.service_type_id AND a.row < b.row
    AND a.source_reference <> b.source_reference
WHERE coalesce(a.valid_until > a.valid_from, true) AND coalesce(b.valid_until > b.valid_from, true)
    AND daterange(a.valid_from, a.valid_until) && daterange(b.valid_from, b.valid_until)
ORDER BY 1, 2
"""

# Decisions replaced by the file itself do not conflict.
_OVERLAP_WITH_STORED = """
SELECT DISTINCT s.row FROM import_stage s JOIN choices_caredecision d
    ON d.person_id = s.person_id AND d.service_type_id = s.service_type_id
WHERE coalesce(s.valid_until > s.valid_from, true)
    AND daterange(s.valid_from, s.valid_until) && daterange(d.valid_from, d.valid_until)
    AND NOT EXISTS (SELECT 1 FROM import_stage o WHERE o.source_reference = d.source_reference)
"""

_SOMEBODY_ELSES = """
SELECT s.row FROM import_stage s JOIN choices_caredecision d USING (source_reference)
JOIN choices_person p ON p.id = d.person_id
WHERE s.person_id <> coalesce(p.merged_into_id, p.id)
"""


# The decision with the same id, or the last one for the same help that begins before it.
_TIMES_TEN = """
SELECT s.row FROM import_stage s JOIN LATERAL (
    SELECT d.minutes FROM choices_caredecision d
    WHERE d.person_id = s.person_id AND d.service_type_id = s.service_type_id AND d.minutes > 0
        AND (d.source_reference = s.source_reference OR d.valid_from <= s.valid_from)
    ORDER BY d.source_reference = s.source_reference DESC, d.valid_from DESC LIMIT 1
) before ON true
WHERE s.minutes > 0 AND (s.minutes >= 10 * before.minutes OR before.minutes >= 10 * s.minutes)
"""
# Earlier than all decisions of the person for the same help: a border between two decisions may move.
_EARLIER = """
SELECT s.row FROM import_stage s WHERE existing_id IS NOT NULL AND s.valid_from < (
    SELECT min(d.valid_from) FROM choices_caredecision d
    WHERE d.person_id = s.person_id AND d.service_type_id = s.service_type_id
)
"""
# Ended help that would go on or begin again: an end date that came out empty. Of people who have that help today two
# decisions may change places.
_REOPENED = """
SELECT s.row FROM import_stage s JOIN choices_caredecision d ON d.id = s.existing_id
WHERE d.valid_until <= %(today)s AND (s.valid_until IS NULL OR s.valid_until > %(today)s) AND NOT EXISTS (
    SELECT 1 FROM choices_caredecision n WHERE n.person_id = d.person_id AND n.service_type_id = d.service_type_id
        AND n.valid_from <= %(today)s AND (n.valid_until IS NULL OR n.valid_until > %(today)s)
)
"""
_FAR_AWAY = """
SELECT row FROM import_stage
WHERE (existing_id IS NULL OR %(header)s = ANY(fields)) AND valid_from > %(in_a_year)s
"""
# Hours in the column for minutes: most people have some hours a month, few have less than one.
_BELOW_AN_HOUR = "SELECT row FROM import_stage WHERE existing_id IS NULL AND minutes BETWEEN 1 AND 59"
# Alarm only is no minutes; more than a fifth of the people is rare.
_ZERO = "SELECT row FROM import_stage WHERE existing_id IS NULL AND minutes = 0"
_NEW = "SELECT count(*) FROM import_stage WHERE existing_id IS NULL"
_NEW_WITH_TIME = "SELECT count(*) FROM import_stage WHERE existing_id IS NULL AND minutes > 0"
_ENDED = """
SELECT s.row FROM import_stage s JOIN choices_caredecision d ON d.id = s.existing_id
WHERE (d.valid_until IS NULL OR d.valid_until > s.valid_until) AND s.valid_until IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM import_stage n
        WHERE n.person_id = s.person_id AND n.service_type_id = s.service_type_id AND n.valid_from >= s.valid_until
    )
"""
_LESS = """
SELECT s.row FROM import_stage s JOIN choices_caredecision d ON d.id = s.existing_id WHERE s.minutes < d.minutes
"""
_GOING_ON = "SELECT count(*) FROM choices_caredecision WHERE valid_until IS NULL"


class Decisions(FileKind):
    code = "decisions"
    unique = ("source_reference",)
    extra = {"valid_until": "date"}
    deferred = ("choices_caredecision_no_overlap",)

    def columns(self) -> list[Column]:
        services = dict(ServiceType.objects.values_list("code", "pk"))
        return [
            Column("identity_number", "personnummer", identity_number, filled=True),
            Column(
                "source_reference", "beslut", name_of_a_thing(40), also_called=("beslutsid", "beslut id"), filled=True
            ),
            Column("service_type_id", "insats", one_of(services), sql_type="bigint", filled=True),
            Column("minutes", "minuter per månad", whole_number(MOST_MINUTES), sql_type="integer", filled=True),
            Column("decided_on", "beslutsdatum", day, sql_type="date", filled=True),
            Column("valid_from", "från", day, sql_type="date", also_called=("från och med",), filled=True),
            Column(
                "last_day", "till och med", last_day, required=True, empty=None, sql_type="date", also_called=("till",)
            ),
        ]

    def check_row(self, values: Values, wrong: set[str]) -> Iterator[tuple[str, str]]:
        if values["last_day"] and values["valid_from"] and values["last_day"] < values["valid_from"]:
            yield "last_day", _("Sista dagen ligger före första dagen. Rätta ett av datumen.")
        if values["decided_on"] and values["decided_on"] > clock.today():
            yield "decided_on", _("Datumet ligger i framtiden. Kontrollera året.")
        if number := values["identity_number"]:
            for name in ("decided_on", "valid_from"):
                if values[name] and values[name] < identity.birth_date(number).earliest:
                    yield name, _("Datumet ligger före födelsedatumet. Rätta datumet eller numret.")

    def derive(self, values: Values) -> Sequence[Any]:
        return [values["last_day"] and values["last_day"] + datetime.timedelta(days=1)]

    def check_file(self, stage: Stage) -> list[Problem]:
        return [
            *unknown_persons(stage),
            *stage.problems(
                _SOMEBODY_ELSES,
                "source_reference",
                _("Beslutet hör till en annan person. Kontrollera beslutets beteckning och personnumret."),
            ),
            *stage.problems(
                _OVERLAP_IN_FILE,
                "valid_from",
                _("Perioden krockar med beslutet om samma insats på rad {}. Rätta datumen."),
            ),
            *stage.problems(
                _OVERLAP_WITH_STORED,
                "valid_from",
                _(
                    "Perioden krockar med ett beslut om samma insats som redan finns. "
                    "Ta med det beslutet i filen med rätt slutdatum."
                ),
            ),
        ]

    def doubts(self, stage: Stage) -> list[Doubt]:
        return [
            *rows_of(
                stage,
                "hours",
                ngettext_lazy(
                    "%(rows)s beslut skulle ge tio gånger fler eller färre minuter än det förra.",
                    "%(rows)s beslut skulle ge tio gånger fler eller färre minuter än det förra.",
                    "rows",
                ),
                _TIMES_TEN,
            ),
            *rows_of(
                stage,
                "less",
                ngettext_lazy(
                    "%(rows)s beslut skulle få färre timmar på en gång.",
                    "%(rows)s beslut skulle få färre timmar på en gång.",
                    "rows",
                ),
                _LESS,
                least=many(stage, _GOING_ON, least=10, percent=5),
            ),
            *rows_of(
                stage,
                "minutes",
                ngettext_lazy(
                    "%(rows)s nytt beslut är på mindre än en timme. "
                    "Kontrollera att kolumnen har minuter och inte timmar.",
                    "%(rows)s nya beslut är på mindre än en timme. "
                    "Kontrollera att kolumnen har minuter och inte timmar.",
                    "rows",
                ),
                _BELOW_AN_HOUR,
                least=many(stage, _NEW_WITH_TIME, least=10, percent=50),
            ),
            *rows_of(
                stage,
                "zero",
                ngettext_lazy(
                    "%(rows)s nytt beslut är på 0 minuter, som bara trygghetslarm. "
                    "Kontrollera att kolumnen har minuterna.",
                    "%(rows)s nya beslut är på 0 minuter, som bara trygghetslarm. "
                    "Kontrollera att kolumnen har minuterna.",
                    "rows",
                ),
                _ZERO,
                least=many(stage, _NEW, least=10, percent=60),
            ),
            *rows_of(
                stage,
                "reopened",
                _("Beslut som har slutat och skulle gälla igen: %(rows)s."),
                _REOPENED,
                {"today": clock.today()},
            ),
            *rows_of(
                stage,
                "far_away",
                ngettext_lazy(
                    "%(rows)s beslut skulle börja om mer än ett år. Kontrollera året.",
                    "%(rows)s beslut skulle börja om mer än ett år. Kontrollera året.",
                    "rows",
                ),
                _FAR_AWAY,
                {
                    "header": stage.headers["valid_from"],
                    "in_a_year": clock.today() + datetime.timedelta(days=365),
                },
            ),
            *rows_of(
                stage,
                "dates_back",
                ngettext_lazy(
                    "%(rows)s beslut skulle börja tidigare än det gör nu.",
                    "%(rows)s beslut skulle börja tidigare än de gör nu.",
                    "rows",
                ),
                _EARLIER,
            ),
            *rows_of(
                stage,
                "ended",
                ngettext_lazy(
                    "%(rows)s beslut skulle sluta på en gång.", "%(rows)s beslut skulle sluta på en gång.", "rows"
                ),
                _ENDED,
                least=many(stage, _GOING_ON, least=10, percent=5),
            ),
        ]

    def compare(self, stage: Stage) -> None:
        stage.compare("choices_caredecision", Match("source_reference", "source_reference", ""), _matches(stage))

    def write(self, stage: Stage, actor: Actor) -> None:
        matches = _matches(stage)
        stage.insert(
            "choices_caredecision", [("source_reference", "source_reference"), *((m.staged, m.stored) for m in matches)]
        )
        stage.update("choices_caredecision", matches)


def _matches(stage: Stage) -> list[Match]:
    names = {"person_id": "identity_number", "valid_until": "last_day"}
    fields = ("person_id", "service_type_id", "minutes", "decided_on", "valid_from", "valid_until")
    return [Match(name, name, stage.headers[names.get(name, name)]) for name in fields]
