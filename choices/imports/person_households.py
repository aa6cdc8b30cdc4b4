"""Households in the file of people: a member is in the household that the file names, or in none."""

from choices.imports.stage import Stage
from common import clock
from common.references import new_reference

# Current memberships of people whom the file places in another household, or in none.
_LEFT = """
SELECT m.id FROM import_stage s
JOIN choices_person p ON p.identity_number = s.identity_number
JOIN choices_householdmember m ON m.person_id = p.id AND (m.valid_until IS NULL OR m.valid_until > %(today)s)
JOIN choices_household h ON h.id = m.household_id
WHERE h.source_reference <> s.household
"""
_FORGET_TODAYS = f"DELETE FROM choices_householdmember WHERE id IN ({_LEFT}) AND valid_from >= %(today)s"  # noqa: S608
_LEAVE = f"UPDATE choices_householdmember SET valid_until = %(today)s WHERE id IN ({_LEFT})"  # noqa: S608
_ENTER = """
INSERT INTO choices_householdmember (household_id, person_id, valid_from)
SELECT h.id, p.id, %(today)s FROM import_stage s
JOIN choices_person p ON p.identity_number = s.identity_number
JOIN choices_household h ON h.source_reference = s.household AND s.household <> ''
WHERE NOT EXISTS (
    SELECT 1 FROM choices_householdmember m
    WHERE m.person_id = p.id AND (m.valid_until IS NULL OR m.valid_until > %(today)s)
)
ORDER BY s.row
"""
_HOUSEHOLD_DIFFERS = """
UPDATE import_stage s SET fields = fields || %(header)s::text WHERE existing_id IS NOT NULL AND household <> coalesce((
    SELECT h.source_reference FROM choices_householdmember m JOIN choices_household h ON h.id = m.household_id
    WHERE m.person_id = s.existing_id AND (m.valid_until IS NULL OR m.valid_until > %(today)s) LIMIT 1
), '')
"""


def compare_households(stage: Stage) -> None:
    stage.execute(_HOUSEHOLD_DIFFERS, {"header": stage.headers["household"], "today": clock.today()})


def write_households(stage: Stage) -> None:
    """Leaving and joining take effect today; past memberships are kept."""
    today = clock.today()
    new = stage.rows(
        "SELECT DISTINCT household FROM import_stage s WHERE household <> '' "
        "AND NOT EXISTS (SELECT 1 FROM choices_household h WHERE h.source_reference = s.household) ORDER BY household"
    )
    stage.copy("choices_household", ["reference", "source_reference"], ((new_reference(), name) for (name,) in new))
    # A membership created today was never valid: it is deleted.
    stage.execute(_FORGET_TODAYS, {"today": today})
    stage.execute(_LEAVE, {"today": today})
    stage.execute(_ENTER, {"today": today})
