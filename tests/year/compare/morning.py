"""The list that an officer approves in the morning: whom it concerns, from whom, to whom."""

from accounts.roles import Role
from allocation.models import AllocationRun
from tests.year.compare import html
from tests.year.compare.reader import Reader

# People on a page.
ROWS = 50
PROTECTED = "Skyddad person"


def compare(reader: Reader) -> None:
    run = AllocationRun.objects.filter(
        kind=AllocationRun.Kind.NIGHT, business_date=reader.day, status=AllocationRun.Status.PROPOSED
    ).first()
    if run is None:
        return
    tables = reader.page(Role.SENIOR_OFFICER, "casework:morning_list", run.reference).xpath("//table")
    shown = [_row(row[1], row[3]) for row in html.table(tables[0])] if tables else []
    wanted = []
    for number, (act, row) in reader.book.proposed.items():
        if act:
            # The list tells of a protected person that something changes, and not where.
            is_open = not reader.book.persons[number].protected
            wanted.append((f"Provsson {number}", reader.name(row["provider"])) if is_open else (PROTECTED, "–"))
    if len(wanted) <= ROWS:
        reader.same("morning's list", f"{reader.day}", sorted(shown), sorted(wanted))


def _row(name: str, provider: str) -> tuple[str, str]:
    return (PROTECTED if name.startswith(PROTECTED) else name.partition(",")[0]), provider
