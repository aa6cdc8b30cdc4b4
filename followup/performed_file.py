"""Performed time as a file from the providers' time systems: one row for a client and a month.

Same machinery as the other files (``choices.imports``). A row that is there already with other values is changed.
"""

import datetime
import re
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from accounts.actors import Actor
from accounts.roles import Right
from choices.imports.cells import CellError, Column, one_of, text, whole_number
from choices.imports.doubts import Doubt, many, rows_of
from choices.imports.file_kind import FileKind
from choices.imports.report import Problem
from choices.imports.stage import Stage
from common import clock
from followup.models.performed import MOST_MINUTES, MOST_STAFF
from followup.quarters import month_after
from providers.models import Provider
from secrecy.protected import protected_sql

_FIND_PERSON = """
UPDATE import_stage s SET person_id = coalesce(p.merged_into_id, p.id)
FROM choices_person p WHERE p.reference = s.reference
"""
_UNKNOWN = "SELECT row FROM import_stage WHERE person_id IS NULL AND reference IS NOT NULL"
_TWICE = """
SELECT b.row, min(a.row) FROM import_stage a
JOIN import_stage b ON a.row < b.row AND (a.person_id, a.provider_id, a.month) = (b.person_id, b.provider_id, b.month)
GROUP BY b.row
"""
_NOT_A_CLIENT = """
SELECT s.row FROM import_stage s
WHERE s.person_id IS NOT NULL AND s.provider_id IS NOT NULL AND s.month IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM allocation_placement l
    JOIN providers_contract c ON c.id = l.contract_id
    JOIN choices_person p ON p.id = l.person_id
    WHERE l.person_id = s.person_id AND c.provider_id = s.provider_id
        AND daterange(l.valid_from, l.valid_until) && daterange(s.month, (s.month + interval '1 month')::date)
        -- The placement of a death that is learnt late ends later.
        AND (p.deceased_on IS NULL OR p.deceased_on >= greatest(l.valid_from, s.month))
)
"""
_FORGET_PROTECTED = f"""
UPDATE import_stage s SET person_id = NULL
FROM choices_person p WHERE p.id = s.person_id AND {protected_sql("p")}
"""  # noqa: S608  (of constants)
# Without a month or a provider nothing is told of the reference.
_FORGET_OTHERS = f"""
UPDATE import_stage SET person_id = NULL WHERE provider_id IS NULL OR month IS NULL OR row IN ({_NOT_A_CLIENT})
"""  # noqa: S608  (of constants)
_UNKNOWN_OF_MONTH = f"{_UNKNOWN} AND month IS NOT NULL AND provider_id IS NOT NULL"
_COMPARE = """
UPDATE import_stage s SET existing_id = e.id, fields = array_remove(ARRAY[
    CASE WHEN e.minutes <> s.minutes THEN %(minutes)s END,
    CASE WHEN %(has_staff)s AND e.staff IS DISTINCT FROM s.staff THEN %(staff)s END
]::text[], NULL)
FROM followup_performedmonth e
WHERE (e.person_id, e.provider_id, e.month) = (s.person_id, s.provider_id, s.month)
"""
# Granted time that the provider knows of: services that follow the choice, on its own days with the client.
_GRANTED = """
(
    SELECT coalesce(sum(d.minutes), 0) FROM choices_caredecision d
    JOIN providers_servicetype t ON t.id = d.service_type_id AND t.follows_choice
    WHERE d.person_id = s.person_id AND EXISTS (
        SELECT 1 FROM allocation_placement l JOIN providers_contract c ON c.id = l.contract_id
        WHERE l.person_id = s.person_id AND c.provider_id = s.provider_id AND NOT isempty(
            daterange(l.valid_from, l.valid_until) * daterange(d.valid_from, d.valid_until)
            * daterange(s.month, (s.month + interval '1 month')::date)
        )
    )
)
"""
# Performed time of more than three times all that is granted: a sum of many clients, or seconds.
_LEAPS = f"SELECT s.row FROM import_stage s WHERE s.minutes > 600 AND s.minutes > 3 * {_GRANTED}"  # noqa: S608
# Less than a thirtieth: hours in the column for minutes.
_HOURS = f"SELECT s.row FROM import_stage s WHERE s.minutes > 0 AND s.minutes * 30 < {_GRANTED}"  # noqa: S608
_WITH_TIME = "SELECT count(*) FROM import_stage WHERE minutes > 0"
_CHANGE = """
UPDATE followup_performedmonth e
SET minutes = s.minutes, staff = CASE WHEN %(has_staff)s THEN s.staff ELSE e.staff END
FROM import_stage s WHERE e.id = s.existing_id AND s.fields <> '{}'
"""


def month(cell: str) -> datetime.date:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", cell, re.ASCII) or not 2000 <= int(cell[:4]) <= 2200:
        raise CellError(_("Skriv en månad i formen ÅÅÅÅ-MM."))
    found = datetime.date(int(cell[:4]), int(cell[5:]), 1)
    if month_after(found) > clock.today():
        raise CellError(_("Månaden är inte slut än. Ta bort raden, och lämna den i en senare fil."))
    return found


def staff_met(cell: str) -> int:
    found: int = whole_number(MOST_STAFF)(cell)
    if not found:
        raise CellError(_("Ingen personal är ingen mätning. Töm cellen om det inte är mätt."))
    return found


class Performed(FileKind):
    code = "performed"

    def for_actor(self, actor: Actor) -> FileKind:
        return super().for_actor(actor) if actor.provider is None else OwnPerformed(actor)

    def columns(self) -> list[Column]:
        return self._columns(Provider.objects.all())

    def _columns(self, whose: QuerySet[Provider]) -> list[Column]:
        providers = dict(whose.values_list("code", "pk"))
        return [
            Column("month", "månad", month, sql_type="date", filled=True),
            Column("provider_id", "utförare", one_of(providers), sql_type="bigint", filled=True),
            Column("reference", "referens", text(20), filled=True),
            Column("minutes", "utförda minuter", whole_number(MOST_MINUTES), sql_type="integer", filled=True),
            Column("staff", "olika personal 14 dagar", staff_met, empty=None, sql_type="smallint"),
        ]

    def check_file(self, stage: Stage) -> list[Problem]:
        stage.execute(_FIND_PERSON)
        return [
            *stage.problems(
                _UNKNOWN,
                "reference",
                _("Referensen finns inte. Ta den ur filen med era klienter, eller ta bort raden."),
            ),
            *_twice(stage),
            *stage.problems(
                _NOT_A_CLIENT,
                "reference",
                _("Klienten hade inte utföraren någon dag den månaden. Kontrollera månaden, eller ta bort raden."),
            ),
        ]

    def doubts(self, stage: Stage) -> list[Doubt]:
        message = _("Klienter som skulle ha mer än tre gånger så mycket utförd tid som beviljad: %(rows)s.")
        return [
            *rows_of(stage, "minutes", message, _LEAPS),
            *rows_of(
                stage,
                "hours",
                ngettext_lazy(
                    "%(rows)s klient skulle ha mindre än en trettiondel av beviljad tid. "
                    "Är det timmar och inte minuter?",
                    "%(rows)s klienter skulle ha mindre än en trettiondel av beviljad tid. "
                    "Är det timmar och inte minuter?",
                    "rows",
                ),
                _HOURS,
                least=many(stage, _WITH_TIME, least=5, percent=50),
            ),
        ]

    def compare(self, stage: Stage) -> None:
        stage.execute(_COMPARE, {**_given(stage), "minutes": stage.headers["minutes"], "staff": stage.headers["staff"]})

    def write(self, stage: Stage, actor: Actor) -> None:
        stage.execute(_CHANGE, _given(stage))
        names = ("month", "provider_id", "person_id", "minutes", "staff")
        stage.insert("followup_performedmonth", [(name, name) for name in names])
        stage.execute("ANALYZE followup_performedmonth")


class OwnPerformed(Performed):
    """A provider's own file: its own rows, of its own clients. One refusal for an unknown reference, another provider's
    client and a protected person whom the user may not know of, so that it tells nothing of them.
    """

    def __init__(self, actor: Actor) -> None:
        """Raises ``PermissionDenied``."""
        actor.require(Right.OWN_CLIENTS)
        self.provider = actor.provider
        self.sees_protected = actor.may(Right.SEE_PROTECTED)

    def may_import(self, actor: Actor) -> bool:
        return actor.may(Right.OWN_CLIENTS) and actor.provider == self.provider

    def columns(self) -> list[Column]:
        return self._columns(Provider.objects.filter(code=self.provider))

    def check_file(self, stage: Stage) -> list[Problem]:
        stage.execute(_FIND_PERSON)
        if not self.sees_protected:
            stage.execute(_FORGET_PROTECTED)
        stage.execute(_FORGET_OTHERS)
        message = _("Ingen kund som ni hade den månaden har referensen. Kontrollera månaden, eller ta bort raden.")
        return [*stage.problems(_UNKNOWN_OF_MONTH, "reference", message), *_twice(stage)]


def _twice(stage: Stage) -> list[Problem]:
    message = _("Klienten har redan den månaden på rad {}. Ta bort den ena raden.")
    return stage.problems(_TWICE, "reference", message)


def _given(stage: Stage) -> dict[str, Any]:
    return {"has_staff": stage.headers["staff"] in stage.present}
