"""The what_if command: from the database to tables, CSV and charts, without writes to the database."""

import csv
import datetime
import hashlib
import json
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command

from allocation import engine
from allocation.whatif import ShareStep
from allocation.whatif.start import NothingToStartFromError, start
from providers import services
from providers.models import Ceiling
from tests.world import HOURS, SYSTEM, World, make_world

pytestmark = pytest.mark.django_db
LATER = datetime.date(2021, 6, 1)


@pytest.fixture
def world(settings) -> World:
    settings.CLOCK_TODAY = datetime.date(2021, 1, 4)
    made = make_world(share_bp=4000)
    for number in range(24):
        person = made.person(minutes=(2 + number % 6 * 5) * HOURS)
        if number % 2:
            made.choose(person, made.p, made.q)
    return made


def database() -> str:
    """Fingerprint of every row of every table."""
    out = StringIO()
    call_command("dumpdata", stdout=out)
    assert len(json.loads(out.getvalue())) > 100
    return hashlib.sha256(out.getvalue().encode()).hexdigest()


def test_simulation_starts_from_the_database(world: World):
    problem = start().problem

    assert engine.check_inputs(problem) == []
    assert sum(len(unit.members) for unit in problem.units) == 24
    assert {contract.provider for contract in problem.contracts} == {"p", "q"}


def test_decided_steps_are_included(world: World):
    services.add_share_step(area=world.north, valid_from=LATER, share_bp=5000, actor=SYSTEM)
    Ceiling.objects.filter(contract=world.contracts["p"]).update(valid_until=LATER)
    services.add_ceiling(contract=world.contracts["p"], valid_from=LATER, minutes=90 * HOURS, actor=SYSTEM)

    decided = start()

    assert decided.share_steps == (ShareStep(LATER, 5000),)
    assert [(step.on, step.provider, step.minutes) for step in decided.ceilings] == [(LATER, "p", 90 * HOURS)]


def test_step_of_one_area_is_shown_with_its_name(world: World):
    south = services.add_area(code="south", name="Södra", actor=SYSTEM)
    services.add_contract(provider=world.p, area=south, valid_from=datetime.date(2016, 1, 1), actor=SYSTEM)
    services.add_share_step(area=world.north, valid_from=LATER, share_bp=5000, actor=SYSTEM)
    services.add_share_step(area=south, valid_from=LATER, share_bp=3000, actor=SYSTEM)

    assert start().share_steps == (ShareStep(LATER, 5000, "north"), ShareStep(LATER, 3000, "south"))


def test_command_writes_nothing_to_the_database(world: World, capsys):
    before = database()

    call_command("what_if", "--years", "1", "--call-yes-bp", "10000")

    assert database() == before


def test_tables_csv_and_charts(world: World, tmp_path, capsys):
    plots, table = tmp_path / "plots", tmp_path / "steg.csv"
    arguments = ["--years", "1", "--step-days", "28", "--share", "2021-07-01=8000", "--csv", table, "--plots", plots]
    arguments += ["--ceiling", "2021-07-01:north:p=60000", "--growth-bp", "500", "--seed", "7"]

    call_command("what_if", *map(str, arguments))

    shown = capsys.readouterr().out
    assert "slumptal 7" in shown
    assert "Det här är en beräkning, inte ett löfte." in shown
    assert {path.name for path in plots.iterdir()} == {"share-north.svg", "waiting.svg", "idle.svg"}
    for path in plots.iterdir():
        root = ElementTree.fromstring(path.read_text())  # noqa: S314  (made just now, here)
        names = root.get("aria-labelledby", "").split()
        texts = {child.get("id"): child.text for child in root if child.tag.endswith(("title", "desc"))}
        assert all(texts[name] for name in names)
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    ceilings = {row["dag"]: row["minuter per månad"] for row in rows if row["utförare"] == "p" and row["mått"] == "tak"}
    assert ceilings[max(ceilings)] == "60000" != ceilings[min(ceilings)]
    limits = [row for row in rows if row["mått"] == "gräns för externa"]
    everything = [row for row in rows if row["mått"] == "alla" and row["område"]]
    assert int(limits[-1]["minuter per månad"]) == int(everything[-1]["minuter per månad"]) * 8000 // 10_000


def test_same_arguments_give_the_same_csv(world: World, tmp_path, capsys):
    for name in ("a", "b"):
        call_command("what_if", "--years", "1", "--csv", str(tmp_path / name))

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_command_line_overrides_the_file(world: World, tmp_path, capsys):
    file = tmp_path / "scenario.json"
    file.write_text(json.dumps({"years": 5, "step_days": 28, "seed": 5}))

    call_command("what_if", "--scenario", str(file), "--years", "1")

    assert "slumptal 5" in (shown := capsys.readouterr().out)
    begin = start().problem.effective_date
    # Thirteen steps of 28 days.
    assert f"{begin} – {begin + datetime.timedelta(days=13 * 28)}" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ["--share", "2021-07-01"],
        ["--share", "2021-7=3000"],
        ["--share", "2021-07-01=mycket"],
        ["--share", "2021-07-01:x=3000"],
        ["--ceiling", "2021-07-01:p=3000"],
        ["--ceiling", "2021-07-01:north:x=3000"],
        ["--years", "0"],
        ["--scenario", "finns-inte.json"],
    ],
)
def test_inconsistent_scenario_is_refused(world: World, arguments):
    with pytest.raises(CommandError):
        call_command("what_if", *arguments)


def test_simulation_needs_contracts():
    with pytest.raises(NothingToStartFromError):
        start()
    with pytest.raises(CommandError, match="inga avtal"):
        call_command("what_if")
