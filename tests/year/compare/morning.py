"""The list that an officer approves in the morning: whom it concerns, from whom, to whom."""

from accounts.roles import Role
from allocation.models import AllocationRun
from tests.year.compare import html
from tests.year.compare.reader import Reader

# People on a page.
ROWS = 50


def compare(reader: Reader) -> None:
    run = AllocationRun.objects.filter(
        kind=AllocationRun.Kind.NIGHT, business_date=reader.day, status=AllocationRun.Status.PROPOSED
    ).first()
    if run is None:
        return
    tables = reader.page(Role.SENIOR_OFFICER, "casework:morning_list", run.reference).xpath("//table")
    shown = [(row[1].partition(",")[0], row[3]) for row in html.table(tables[0])] if tables else []
    wanted = [
        (
            "Skyddad person" if reader.book.persons[number].protected else f"Provsson {number}",
            reader.name(row["provider"]),
        )
        for number, (act, row) in reader.book.proposed.items()
        if act
    ]
    if len(wanted) <= ROWS:
        reader.same("morning's list", f"{reader.day}", sorted(shown), sorted(wanted))
