"""Import of choices from the scanning bureau: one row per form."""

import datetime
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from accounts.actors import Actor
from choices.imports.cells import Column, day, identity_number, one_of, yes_no
from choices.imports.doubts import Doubt, rows_of
from choices.imports.file_kind import FileKind, Values, unknown_persons
from choices.imports.report import Problem
from choices.imports.stage import Stage
from choices.late_registration import A_YEAR, earliest_receipt, restate_dates
from choices.models import Choice, ChoiceRound, Person
from choices.queue_dates import ChoiceVersion, EndedWish, dates_after
from choices.services import MOST_WISHES
from common import clock
from common.references import new_reference
from providers.models import Area, Provider

_WISHES = [f"wish_{rank}" for rank in range(1, MOST_WISHES + 1)]
_FLAGS = ("declines_to_choose", "together", "queue_if_full", "accepts_interim")

_OUTSIDE_WINDOW = """
SELECT s.row FROM import_stage s JOIN choices_choiceround r ON r.id = s.round_id
WHERE s.received_on NOT BETWEEN r.opens_on AND r.closes_on
"""

_ROUND_ELSEWHERE = """
SELECT s.row FROM import_stage s JOIN choices_person p ON p.id = s.person_id
WHERE s.round_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM choices_choiceround_areas a WHERE a.choiceround_id = s.round_id AND a.area_id = p.area_id
)
"""

_SAME_TWICE = """
SELECT b.row, min(a.row) FROM import_stage a JOIN import_stage b ON a.row < b.row AND a.person_id = b.person_id
    AND (a.round_id, a.received_on, a.channel, a.ranking, a.declines_to_choose, a.together, a.queue_if_full,
         a.accepts_interim)
    IS NOT DISTINCT FROM
        (b.round_id, b.received_on, b.channel, b.ranking, b.declines_to_choose, b.together, b.queue_if_full,
         b.accepts_interim)
WHERE a.received_on IS NOT NULL AND a.channel IS NOT NULL
GROUP BY b.row
"""

# A choice never changes: it already exists with every field equal, or it is new.
_THERE = """
UPDATE import_stage s SET existing_id = c.id FROM choices_choice c JOIN choices_person p ON p.id = c.person_id
WHERE s.person_id = coalesce(p.merged_into_id, p.id) AND c.received_on = s.received_on AND c.channel = s.channel
    AND c.round_id IS NOT DISTINCT FROM s.round_id AND c.declines_to_choose = s.declines_to_choose
    AND c.together = s.together AND c.queue_if_full = s.queue_if_full AND c.accepts_interim = s.accepts_interim
    AND s.ranking = ARRAY(SELECT w.provider_id FROM choices_wish w WHERE w.choice_id = c.id ORDER BY w.rank)
"""

_INSERT = """
INSERT INTO choices_choice (reference, person_id, round_id, received_on, registered_at, registered_by_id, channel,
    declines_to_choose, together, queue_if_full, accepts_interim, assured, correction,
    language_wish)
SELECT reference, person_id, round_id, received_on, registered_at, %s, channel,
    declines_to_choose, together, queue_if_full, accepts_interim, '{}', '', ''
FROM import_stage WHERE existing_id IS NULL ORDER BY received_on, row
"""

# All versions of the people who get a new one, in the order in which they are valid.
_VERSIONS = """
SELECT c.person_id, c.id, c.received_on, c.registered_at, r.closes_on, s.ranking,
    (SELECT jsonb_object_agg(w.provider_id, w.queue_date) FROM choices_wish w WHERE w.choice_id = c.id)
FROM choices_choice c
LEFT JOIN import_stage s ON s.reference = c.reference
LEFT JOIN choices_choiceround r ON r.id = c.round_id
WHERE c.person_id IN (SELECT person_id FROM import_stage WHERE existing_id IS NULL)
    AND NOT EXISTS (SELECT 1 FROM choices_choice n WHERE n.corrects_id = c.id)
ORDER BY c.person_id, c.received_on, c.id
"""

# Their wishes that ended at any time, also those of records merged into theirs.
_ENDED = """
SELECT coalesce(p.merged_into_id, p.id), a.provider_id, a.said_on, a.registered_at
FROM choices_amendment a JOIN choices_person p ON p.id = a.person_id
WHERE a.kind = 'wish' AND a.undone_at IS NULL
    AND coalesce(p.merged_into_id, p.id) IN (SELECT person_id FROM import_stage WHERE existing_id IS NULL)
"""

# People with a stored choice received after one of the file.
_LATE = """
SELECT DISTINCT s.person_id FROM import_stage s
JOIN choices_choice c ON c.person_id = s.person_id AND c.received_on > s.received_on
WHERE s.existing_id IS NULL
"""


class Choices(FileKind):
    code = "choices"
    extra = {"ranking": "bigint[]", "registered_at": "timestamptz", "reference": "text"}

    def columns(self) -> list[Column]:
        rounds = dict(ChoiceRound.objects.values_list("code", "pk"))
        channels = {str(label): value for value, label in Choice.Channel.choices}
        providers = one_of(dict(Provider.objects.values_list("code", "pk")))
        return [
            Column("identity_number", "personnummer", identity_number, filled=True),
            Column("round_id", "valomgång", one_of(rounds), required=True, empty=None, sql_type="bigint"),
            Column("received_on", "kom in", day, sql_type="date", filled=True),
            Column("registered_on", "registrerad", day, empty=None, sql_type="date"),
            Column("channel", "kanal", one_of(channels), filled=True),
            *(
                Column(name, f"val {rank}", providers, required=rank == 1, empty=None, sql_type="bigint")
                for rank, name in enumerate(_WISHES, start=1)
            ),
            Column("declines_to_choose", "vill inte välja", yes_no, empty=False, sql_type="boolean"),
            Column("together", "tillsammans", yes_no, empty=False, sql_type="boolean"),
            Column("queue_if_full", "vill köa", yes_no, empty=True, sql_type="boolean"),
            Column("accepts_interim", "tillfällig utförare", yes_no, empty=True, sql_type="boolean"),
        ]

    def check_row(self, values: Values, wrong: set[str]) -> Iterator[tuple[str, str]]:
        received, registered = values["received_on"], values["registered_on"]
        if received and received > clock.today():
            yield "received_on", _("Datumet ligger i framtiden. Kontrollera året.")
        if received and registered and registered < received:
            yield "registered_on", _("Valet kan inte vara registrerat innan det kom in. Rätta ett av datumen.")
        if registered and registered > clock.today():
            yield "registered_on", _("Datumet ligger i framtiden. Kontrollera året.")
        if wrong.intersection(_WISHES):
            return
        wishes = [values[name] for name in _WISHES]
        ranking = [provider for provider in wishes if provider]
        if values["declines_to_choose"] and ranking:
            yield "declines_to_choose", _("Den som inte vill välja kan inte också ange utförare. Ta bort det ena.")
        if values["declines_to_choose"] is False and not ranking:
            yield "wish_1", _("Ange minst en utförare, eller skriv ja i kolumnen vill inte välja.")
        for place, provider in enumerate(wishes):
            if provider and provider in wishes[:place]:
                yield _WISHES[place], _("Du har valt samma utförare två gånger. Välj varje utförare en gång.")
        if ranking and None in wishes[: len(ranking)]:
            yield _WISHES[wishes.index(None)], _("Det är en lucka i ordningen. Fyll i valen från val 1 utan hopp.")

    def derive(self, values: Values) -> Sequence[Any]:
        ranking = [values[name] for name in _WISHES if values[name]]
        registered = values["registered_on"]
        noon = registered and datetime.datetime.combine(registered, datetime.time(12), tzinfo=clock.STOCKHOLM)
        return ranking, noon or clock.now(), new_reference()

    def check_file(self, stage: Stage) -> list[Problem]:
        problems = [
            *unknown_persons(stage),
            *stage.problems(
                _OUTSIDE_WINDOW,
                "received_on",
                _("Valet kom in utanför valomgångens tid. Töm kolumnen valomgång eller rätta datumet."),
            ),
            *stage.problems(
                _ROUND_ELSEWHERE, "round_id", _("Valomgången gäller inte personens område. Töm kolumnen valomgång.")
            ),
            *stage.problems(
                _SAME_TWICE, "identity_number", _("Samma val finns redan på rad {}. Ta bort den ena raden.")
            ),
        ]
        for area in Area.objects.all():
            problems += stage.problems(
                "SELECT s.row FROM import_stage s JOIN choices_person p ON p.id = s.person_id "
                "WHERE p.area_id = %s AND s.received_on < %s",
                "received_on",
                _("Då fanns det ingen utförare att välja. Kontrollera året."),
                [area.pk, earliest_receipt(area=area.pk)],
            )
        for name in _WISHES:
            # A contract that begins later may be chosen: in a first round all of them begin later.
            problems += stage.problems(
                f"SELECT s.row FROM import_stage s JOIN choices_person p ON p.id = s.person_id "  # noqa: S608  (a constant)
                f"WHERE s.{name} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM providers_contract c "
                f"WHERE c.provider_id = s.{name} AND c.area_id = p.area_id "
                "AND (c.valid_until IS NULL OR c.valid_until > %s))",
                name,
                _("Utföraren finns inte i personens område. Välj en som finns där."),
                [clock.today()],
            )
        return problems

    def doubts(self, stage: Stage) -> list[Doubt]:
        return rows_of(
            stage,
            "old",
            ngettext_lazy(
                "%(rows)s val skulle ha kommit in för mer än ett år sedan. Dagen avgör ordningen: kontrollera året.",
                "%(rows)s val skulle ha kommit in för mer än ett år sedan. Dagen avgör ordningen: kontrollera året.",
                "rows",
            ),
            "SELECT row FROM import_stage WHERE existing_id IS NULL AND received_on < %(a_year_ago)s",
            {"a_year_ago": clock.today() - A_YEAR},
        )

    def compare(self, stage: Stage) -> None:
        stage.execute(_THERE)

    def write(self, stage: Stage, actor: Actor) -> None:
        stage.execute(_INSERT, [actor.user_id])
        ended: dict[int, list[EndedWish]] = defaultdict(list)
        for person, *row in stage.rows(_ENDED):
            ended[person].append(EndedWish(*row))
        wishes = _wishes(stage.rows(_VERSIONS), ended)
        stage.copy("choices_wish", ["choice_id", "rank", "provider_id", "queue_date"], wishes)
        for person in Person.objects.filter(pk__in=[person for (person,) in stage.rows(_LATE)]).order_by("pk"):
            restate_dates(person=person, actor=actor)


def _wishes(
    versions: list[tuple[Any, ...]], ended: Mapping[int, list[EndedWish]]
) -> Iterator[tuple[int, int, int, datetime.date]]:
    """Wishes of the new versions, each dated from the version valid just before it."""
    for person, own in groupby(versions, key=itemgetter(0)):
        before: ChoiceVersion | None = None
        for _person, choice, received_on, registered_at, closes_on, ranking, stored in own:
            version = ChoiceVersion(
                choice, tuple(ranking or ()), received_on, registered_at, closes_on, _stored_dates(stored)
            )
            if ranking is None:
                before = version
                continue
            before = replace(version, dates=dates_after(before, ended[person], version))
            for rank, provider in enumerate(ranking, start=1):
                yield choice, rank, provider, before.dates[provider]


def _stored_dates(stored: str | None) -> dict[int, datetime.date]:
    return {int(provider): datetime.date.fromisoformat(date) for provider, date in json.loads(stored or "{}").items()}
