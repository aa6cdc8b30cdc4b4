"""The last run that was carried out, as the file that officers take out of it has it."""

import csv
import io

from accounts.roles import Role
from tests.year.compare.reader import Reader


def compare(reader: Reader) -> None:
    if not reader.book.runs:
        return
    run = list(reader.book.runs.values())[-1]
    content = reader.content(Role.SENIOR_OFFICER, "casework:run_list", run["reference"], "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
    found = sorted((row["Referens"], row["Utförare efter"], row["Väntar på"]) for row in rows)
    wanted = []
    for number, (act, row) in run["rows"].items():
        person = reader.book.persons[number]
        if person.protected or person.merged_into is not None or not (act or row["unmet"] or run["tells_all"]):
            continue
        waits = reader.name(row["unmet"][0]["provider"]) if row["unmet"] else ""
        wanted.append((person.reference, reader.name(row["provider"]), waits))
    reader.same("file of a run", run["reference"], found, sorted(wanted))
