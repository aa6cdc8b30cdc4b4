"""``python -m benchmarks.desk [--sizes …]``: every page of the officer's desk, at two sizes of municipality.

Each size on a fresh database, after the round and the night: so everybody has a provider, and the queues are long.
Pages are requested through the test client (views, selectors, templates, middleware; no network, no browser). The
ratio compares the p50 of the sizes: the extra cost of a page with more people.
"""

import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

INSTANCE = "bench-desk"
SIZES = (1_500, 100_000)
TIMES = 20
MOST = 2.0
# Figures are counted once a day. These mark the page of the day's first reader, what the worker does then, and a file
# that is only given of counted figures.
ANEW: dict[str, str] = {"anew": ""}
BY_WORKER: dict[str, str] = {"by worker": ""}
COUNTED: dict[str, str] = {"counted": ""}

Measured = dict[str, dict[str, float]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs=2, default=SIZES, help="people in the municipality, small and big")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--times", type=int, default=TIMES, help="how often each page is asked for")
    parser.add_argument("--keep", action="store_true", help="keep the two towns, and use them again next time")
    options = parser.parse_args()
    if options.one:
        serve(options.one)
        return
    from devservers.instance import destroy

    instances = [f"{INSTANCE}-{size}" for size in options.sizes]
    if not options.keep:
        for instance in instances:
            destroy(instance)
    sides = [_start(size, instance) for size, instance in zip(options.sizes, instances, strict=True)]
    _print(options.sizes, _measure(sides, options.only, options.times))
    for side in sides:
        side.communicate("")
    if not options.keep:
        for instance in instances:
            destroy(instance)


def _start(size: int, instance: str) -> "subprocess.Popen[str]":
    """Process with its own data, which requests a page each time it is told to."""
    settings = "botkyrka_hemtjanst.settings.dev"
    environment = {**os.environ, "EMBEDDED_INSTANCE": instance, "DJANGO_SETTINGS_MODULE": settings}
    command = [sys.executable, "-m", "benchmarks.desk", "--one", str(size)]
    pipe = subprocess.PIPE
    side = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)
    assert side.stdout is not None
    while "ready" not in (line := side.stdout.readline()):
        if not line:
            sys.exit(f"the town of {size} people could not be built (see above)")
    return side


def _measure(sides: "list[subprocess.Popen[str]]", only: str, times: int) -> list[Measured]:
    """The two processes alternate, so that other load on the machine slows both alike."""
    pages = [_ask(side, "?") for side in sides]
    results: list[Measured] = [{}, {}]
    for name in (name for name in pages[0] if name in pages[1] and only in name):
        seconds: list[list[float]] = [[], []]
        queries = [0, 0]
        for turn in range(times + 1):
            for number, side in enumerate(sides):
                answer = _ask(side, name)
                queries[number] = answer["queries"]
                if turn:
                    seconds[number].append(answer["seconds"])
        for number, taken in enumerate(seconds):
            taken.sort()
            p95 = taken[int(len(taken) * 0.95) - 1]
            row = {"queries": queries[number], "p50": statistics.median(taken) * 1000, "p95": p95 * 1000}
            results[number][name] = row
    return results


def _ask(side: "subprocess.Popen[str]", what: str) -> Any:
    assert side.stdin is not None
    assert side.stdout is not None
    side.stdin.write(what + "\n")
    side.stdin.flush()
    return json.loads(side.stdout.readline())


def serve(people: int) -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from benchmarks import one_size as whole

    call_command("migrate", verbosity=0, skip_checks=True)
    settings.DEBUG = False
    # As in production, where connections persist between requests.
    settings.DATABASES["default"]["CONN_MAX_AGE"] = None  # type: ignore[assignment]
    settings.ALLOWED_HOSTS = ["*"]
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        if not _is_built():
            whole.build(people, Path(folder))
            _a_round_and_a_night(whole)
        client = Client()
        client.force_login(_officer())
        pages = _pages()
        print("ready", flush=True)
        for line in sys.stdin:
            name = line.strip()
            print(json.dumps(list(pages) if name == "?" else _page(client, *pages[name])), flush=True)


def _is_built() -> bool:
    from allocation.models import Night

    return Night.objects.exists()


def _a_round_and_a_night(whole: Any) -> None:
    from django.db import connection

    from administration.night import do_night
    from allocation.services import apply_run, approve_run, propose_round
    from choices.models import CareDecision
    from choices.services import close_round
    from common import clock
    from demo import municipality

    round = close_round(round=municipality.the_round(), actor=whole.ACTOR)
    first = propose_round(round=round, actor=whole.ACTOR)
    # Two proposals to compare: in the second, one person has other hours.
    counted = CareDecision.objects.on(first.effective_date).filter(service_type__follows_choice=True)
    decision = counted.filter(person__outcome_rows__run=first).earliest("pk")
    decision.minutes += 60
    decision.save()
    apply_run(run=approve_run(run=propose_round(round=round, actor=whole.ACTOR), actor=whole.ACTOR), actor=whole.ACTOR)
    do_night(business_date=clock.today() + datetime.timedelta(days=1), actor=whole.ACTOR)
    with connection.cursor() as cursor:
        # Autovacuum does it within a minute or two.
        cursor.execute("ANALYZE")


def _officer() -> Any:
    from accounts.models import User
    from accounts.roles import Role
    from providers.rights import give

    user, _ = User.objects.get_or_create(username="bench-officer")
    give(user=user, roles=[Role.SENIOR_OFFICER.value], everywhere=True, by=None)
    return user


def _pages() -> dict[str, tuple[str, dict[str, str] | None]]:
    """Name → address, and POST data (None: a GET)."""
    from django.urls import reverse

    from allocation.models import AllocationRun, ContactTask
    from choices.models import Choice, ChoiceRound, Person
    from common import clock
    from providers.models import Contract
    from secrecy.protected import not_protected

    ordinary = Person.objects.filter(not_protected(), deceased_on__isnull=True)
    # The hundredth, or the last of a small town.
    *_before, person = ordinary.filter(choices__isnull=False).distinct().order_by("pk")[:101]
    middle = ordinary.order_by("sort_name")[ordinary.count() // 2]
    contract = Contract.objects.exclude(provider__kind="municipal").select_related("area", "provider")[0]
    call = ContactTask.objects.filter(status="to_do", person__in=ordinary).first()
    home, find, people = reverse("casework:home"), reverse("casework:find"), reverse("casework:people")
    queue = reverse("casework:queue", args=[contract.area.code, contract.provider.code])
    run = AllocationRun.objects.filter(kind="round", status="applied").select_related("round").get()
    assert run.round is not None
    first = AllocationRun.objects.get(kind="round", status="superseded")
    *_rows, waiting = run.rows.exclude(unmet=[]).filter(person__in=ordinary).order_by("person_id")[:11]
    run_people = reverse("casework:run_people", args=[run.reference])
    pages: dict[str, tuple[str, dict[str, str] | None]] = {
        "runs": (reverse("casework:runs"), None),
        "run: the whole": (reverse("casework:run", args=[run.reference]), None),
        "run: people": (run_people, None),
        "run: people, from the middle": (f"{run_people}?efter={middle.reference}", None),
        "run: people who move": (f"{run_people}?utfall=byter", None),
        "run: people who wait": (f"{run_people}?utfall=vantar", None),
        "run: why": (reverse("casework:run_why", args=[waiting.person.reference]) + f"?korning={run.reference}", None),
        "run: compared": (reverse("casework:run_compare", args=[run.reference]) + f"?med={first.reference}", None),
        "rounds": (reverse("casework:rounds"), None),
        "round: the whole": (reverse("casework:round", args=[run.round.code]), None),
        "round: without answer": (reverse("casework:round_unanswered", args=[run.round.code]), None),
        "work list": (home, None),
        "work list: one kind": (f"{home}?slag=samtal", None),
        "work list: mine": (f"{home}?vems=mina", None),
        "people": (people, None),
        "people: from the middle": (f"{people}?efter={middle.reference}", None),
        "find: whole number": (find, {"q": person.identity_number}),
        "find: beginning of a number": (find, {"q": person.identity_number[:8]}),
        "find: name": (find, {"q": person.full_name}),
        "find: family name": (find, {"q": person.family_name}),
        "find: misspelled": (find, {"q": _misspelled(person.full_name)}),
        "find: address": (find, {"q": person.street or "storgatan"}),
        "find: reference": (find, {"q": Choice.objects.filter(person=person)[0].reference}),
        "person": (reverse("casework:person", args=[person.reference]), None),
        "register a choice": (reverse("casework:new_choice", args=[person.reference]), None),
        "forms to register": (reverse("casework:scans"), None),
        "place by hand": (reverse("casework:manual_placement", args=[person.reference]), None),
        "queues": (reverse("casework:queues"), None),
        "queue": (queue, None),
        "queue: from place 101": (f"{queue}?fran=101", None),
    }
    figures, round = reverse("casework:figures"), ChoiceRound.objects.get()
    for name, code in (("today", "nu"), ("a round", f"omgang-{round.code}"), ("a year", f"ar-{clock.today().year}")):
        pages[f"figures: {name}"] = (f"{figures}?visa={code}", None)
        pages[f"figures: {name}, not counted yet"] = (f"{figures}?visa={code}", ANEW)
        pages[f"figures: {name}, the worker's count (no page)"] = (code, BY_WORKER)
    pages["figures: open data"] = (f"{reverse('casework:figures_csv')}?visa=nu", COUNTED)
    if call:
        pages["a call"] = (reverse("casework:call", args=[call.reference]), None)
    return pages


def _misspelled(name: str) -> str:
    """Two letters swapped in every word, so that every word is misspelled."""
    return " ".join(word[:2] + word[3:4] + word[2:3] + word[4:] for word in name.split())


def _page(client: Any, address: str, posted: dict[str, str] | None) -> dict[str, float]:
    """Request a page. A search is posted and then follows its result: seconds of both, queries of the one with more."""
    from django.db import connection

    from common import clock
    from oversight.figures.sheet import count_missing
    from oversight.models import FigureSheet

    if posted in (ANEW, BY_WORKER):
        FigureSheet.objects.all().delete()
    elif posted is COUNTED:
        count_missing(day=clock.today(), code="nu")
    queries: list[str] = []

    def counted(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(counted):
        began = time.perf_counter()
        if posted is BY_WORKER:
            count_missing(day=clock.today(), code=address)
            return {"queries": len(queries), "seconds": time.perf_counter() - began}
        search = posted if posted not in (ANEW, COUNTED) else None
        response = client.post(address, search) if search else client.get(address)
        first = len(queries)
        if search:
            response = client.get(response["Location"])
        seconds = time.perf_counter() - began
    assert response.status_code == 200, (address, response.status_code)
    return {"queries": max(first, len(queries) - first), "seconds": seconds}


def _print(sizes: tuple[int, int], results: list[Measured]) -> None:
    from rich.console import Console
    from rich.table import Table

    grid = Table(title=f"The desk at {sizes[0]:,} and {sizes[1]:,} people, milliseconds", title_justify="left")
    grid.add_column("page")
    for size in sizes:
        for name in ("queries", "p50", "p95"):
            grid.add_column(f"{name}\n{size:,}", justify="right")
    grid.add_column("ratio\nof p50", justify="right")
    small, big = results
    for name in small:
        if name not in big:
            continue
        ratio = big[name]["p50"] / small[name]["p50"]
        cells = [f"{row[name][key]:.0f}" for row in (small, big) for key in ("queries", "p50", "p95")]
        grid.add_row(name, *cells, f"{ratio:.1f}" + ("" if ratio <= MOST else " !"))
    Console(width=120).print(grid)


if __name__ == "__main__":
    main()
