"""Last entry of each file: the latest date of any row's content or writing."""

import datetime
from dataclasses import dataclass

from django.db import connection

from accounts.actors import Actor
from choices.models import Person
from choices.selectors import visible_persons
from common import clock
from oversight.retention.rule import Deadline, deadline, kept_for_research, latest_note_due

# A file includes the records merged into the person. Ongoing care has no last entry: its day is infinity. Nothing is
# ongoing after death. Logged accesses and extracts are no entries.
_LAST_NOTES = """
WITH record (id, file, reference) AS (
    SELECT id, coalesce(merged_into_id, id), reference FROM choices_person
), note (person_id, day) AS (
    SELECT id, deceased_on FROM choices_person
    UNION ALL SELECT d.person_id, greatest(d.decided_on, d.valid_from, {decision_end})
        FROM choices_caredecision d JOIN choices_person p ON p.id = d.person_id
    UNION ALL SELECT l.person_id, greatest(l.valid_from, {registered}, {placement_end})
        FROM allocation_placement l JOIN choices_person p ON p.id = l.person_id
    UNION ALL SELECT person_id, greatest(received_on, {choice_registered}) FROM choices_choice
    UNION ALL SELECT person_id, greatest(valid_from, valid_until, {seen}) FROM choices_mandate
    UNION ALL SELECT person_id, greatest(valid_from, valid_until) FROM choices_householdmember
    UNION ALL SELECT person_id, greatest({made}, {answered}, {broken}) FROM allocation_offer
    UNION ALL SELECT person_id, greatest({created}, {done}) FROM allocation_contacttask
    UNION ALL SELECT t.person_id, {tried}
        FROM allocation_contactattempt a JOIN allocation_contacttask t ON t.id = a.task_id
    UNION ALL SELECT o.person_id, r.business_date
        FROM allocation_outcomerow o JOIN allocation_allocationrun r ON r.id = o.run_id
    UNION ALL SELECT person_id, greatest({created}, posted_on) FROM letters_letter
    UNION ALL SELECT person_id, {written} FROM casework_note
    UNION ALL SELECT person_id, greatest(received_on, {added}, {put_away}) FROM casework_scan
    UNION ALL SELECT person_id, greatest(rests_until, {changed}) FROM casework_workmark
    UNION ALL SELECT a.person_id, greatest(a.valid_from, {absence_registered}, {absence_ended}, {absence_end})
        FROM reimbursement_absence a JOIN choices_person p ON p.id = a.person_id
    UNION ALL SELECT r.id, {at} FROM audit_event e JOIN record r ON r.reference = e.person_reference
        WHERE e.action NOT IN (
            'person.extract', 'retention.destroy', 'address.ask', 'address.grant', 'address.refuse', 'letter.look'
        )
    UNION ALL SELECT row, {at} FROM audit_rowversion WHERE "table" = 'choices_person'
    UNION ALL SELECT (old ->> 'person_id')::bigint, {at} FROM audit_rowversion WHERE old ? 'person_id'
)
SELECT r.file, max(n.day) FROM note n JOIN record r ON r.id = n.person_id
GROUP BY r.file HAVING max(n.day) <= %s
"""


def _swedish_day(moment: str) -> str:
    return f"({moment} AT TIME ZONE 'Europe/Stockholm')::date"


def _end(row: str) -> str:
    return f"CASE WHEN p.deceased_on IS NULL THEN coalesce({row}.valid_until, 'infinity') END"


_SQL = _LAST_NOTES.format(
    decision_end=_end("d"),
    placement_end=_end("l"),
    registered=_swedish_day("l.registered_at"),
    absence_registered=_swedish_day("a.registered_at"),
    absence_ended=_swedish_day("a.ended_at"),
    # A withdrawn or corrected one is over, whatever it said.
    absence_end=f"CASE WHEN a.ended_at IS NULL AND a.kind <> 'death' THEN {_end('a')} END",
    choice_registered=_swedish_day("registered_at"),
    seen=_swedish_day("evidence_seen_at"),
    made=_swedish_day("made_at"),
    answered=_swedish_day("answered_at"),
    broken=_swedish_day("silence_broken_at"),
    created=_swedish_day("created_at"),
    done=_swedish_day("done_at"),
    tried=_swedish_day("a.at"),
    written=_swedish_day("written_at"),
    added=_swedish_day("added_at"),
    put_away=_swedish_day("put_away_at"),
    changed=_swedish_day("changed_at"),
    at=_swedish_day("at"),
)


@dataclass(frozen=True)
class DueFile:
    """A file past its five years. ``kept``: retained for research."""

    person: Person
    last_note: datetime.date
    deadline: Deadline
    kept: bool

    @property
    def is_late(self) -> bool:
        return not self.kept and self.deadline.is_late(clock.today())


def due_files(*, actor: Actor, today: datetime.date) -> list[DueFile]:
    """Files due ``today`` of the people ``actor`` may see, most urgent first, including those retained for research."""
    last_notes = _last_notes(latest_note_due(today))
    persons = visible_persons(actor=actor).filter(pk__in=last_notes).order_by("reference")
    numbers = _numbers(list(last_notes))
    found = [
        DueFile(person, last_notes[person.pk], deadline(last_notes[person.pk]), kept_for_research(numbers[person.pk]))
        for person in persons
    ]
    return sorted(found, key=lambda file: (file.deadline.done_by, file.person.reference))


def is_still_due(*, person: Person, today: datetime.date) -> bool:
    """Checked again just before a file is destroyed: a new note restarts the period."""
    return person.pk in _last_notes(latest_note_due(today))


def _last_notes(until: datetime.date) -> dict[int, datetime.date]:
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [until])
        return dict(cursor.fetchall())


def _numbers(files: list[int]) -> dict[int, list[str]]:
    """Numbers of each file's person, including the records merged into it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(merged_into_id, id) AS file, array_agg(identity_number)
            FROM choices_person WHERE coalesce(merged_into_id, id) = ANY(%s) GROUP BY file
            """,
            [files],
        )
        return dict(cursor.fetchall())
