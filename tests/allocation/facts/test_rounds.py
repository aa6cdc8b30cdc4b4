"""Answers in a round, and first choices met after it: the same number on every page."""

import datetime
import io

import pytest
from django.urls import reverse
from rich.console import Console

from accounts.roles import Role
from administration.main_job_tables import _people_table
from administration.rounds.follow_up import follow_up
from administration.runs.export import header, rows
from administration.runs.people import RunFilter
from allocation.facts.room import Amount
from allocation.facts.rounds import answers_by_person
from allocation.models import AllocationRun, ProviderExit
from allocation.services import apply_run, approve_run, decide_exit, propose_round, start_exit
from allocation.snapshot import take_snapshot
from allocation.summary import run_summary
from allocation.whatif.scenario import Scenario
from allocation.whatif.simulate import simulate
from choices.models import Choice
from choices.services import close_round, create_round
from common import clock
from oversight.figures.chapters import story
from oversight.figures.periods import period
from oversight.figures.sheet import sheet_for_staff
from tests.administration.runs.conftest import client_of
from tests.world import HOURS, START, SYSTEM, make_world, staff
from tests.year.compare import html

pytestmark = pytest.mark.django_db

AFTER = datetime.date(2021, 3, 1)


@pytest.fixture
def world(settings):
    """All wishes fit except those for q, which is full."""
    settings.CLOCK_TODAY = datetime.date(2020, 10, 5)
    world = make_world(no_answer_rule="keep", share_bp=9000, p_minutes=500 * HOURS, q_minutes=10 * HOURS)
    world.person(current=world.q)
    for _ in range(4):
        world.person()
    return world


def carried_out(round):
    first, second = staff(f"f-{round.code}", Role.ADMIN), staff(f"a-{round.code}", Role.SENIOR_OFFICER)
    run = propose_round(round=close_round(round=round, actor=first), actor=first)
    return apply_run(run=approve_run(run=run, actor=second), actor=second)


def next_round(world, settings):
    """A round a year later, without answers."""
    settings.CLOCK_TODAY = datetime.date(2021, 2, 20)
    days = {"opens_on": datetime.date(2021, 2, 1), "closes_on": datetime.date(2021, 2, 15), "starts_on": AFTER}
    return create_round(
        code="2021", name="Våren 2021", areas=[world.north], no_answer_rule="keep", **days, actor=SYSTEM
    )


def figures(round, actor):
    asked = period(code=f"omgang-{round.code}", day=clock.today())
    return sheet_for_staff(period=asked, day=clock.today(), actor=actor)


def table(summary):
    console = Console(file=io.StringIO(), width=120)
    console.print(_people_table(summary))
    return [line.replace("│", "|").split("|") for line in console.file.getvalue().splitlines()]


def _line(summary, name):
    return next([cell.strip() for cell in line[1:-1]] for line in table(summary) if name in "".join(line))


def test_last_years_choice_is_no_answer_to_this_years_round(world, settings):
    """Every page shows that nobody chose, and that three kept their earlier choice."""
    people = [world.person() for _ in range(3)]
    for person in people:
        world.choose(person, world.p)
    carried_out(world.round)
    round = next_round(world, settings)
    before = figures(round, senior := staff("karin", Role.SENIOR_OFFICER)).get("answers")
    run = carried_out(round)

    summary, shown, after = run_summary(run=run), follow_up(round=round), figures(round, senior).get("answers")
    assert (summary.chose.all, summary.earlier.all.persons, summary.persons) == (Amount(), 3, 8)
    assert (shown.chose, shown.answered, shown.earlier, shown.people) == (0, 0, 3, 8)
    for answers in (before, after):
        assert [answers.at("north", code) for code in ("answered", "earlier", "not_answered")] == [0, 3, 5]
    assert _line(summary, "Valde")[:2] == ["Valde", "0"]
    assert _line(summary, "Stod kvar")[1] == "3"
    page = client_of(senior).get(reverse("casework:run", args=[run.reference])).text
    assert "0 av 8 personer valde" in page
    assert "3 personer stod kvar med ett tidigare val" in page
    assert "0 av 8 personer valde" in client_of(senior).get(reverse("casework:figures"), {"visa": "omgang-2021"}).text


def test_declining_is_an_answer_and_no_choice(world):
    world.choose(world.person(), declines_to_choose=True)
    world.choose(world.person(), world.p)
    run = carried_out(world.round)

    summary, shown = run_summary(run=run), follow_up(round=world.round)
    assert (summary.chose.all.persons, summary.declined) == (shown.chose, shown.declined) == (1, 1)
    assert (shown.answered, shown.left) == (2, 5)
    answers = figures(world.round, staff("karin", Role.SENIOR_OFFICER)).get("answers")
    assert [answers.at("north", code) for code in ("answered", "earlier", "not_answered")] == [1, 0, 6]


def test_figures_of_a_run_are_as_known_when_proposed(world, settings):
    """A late form and a late correction change the round's page and not the run."""
    wrong = world.choose(mistaken := world.person(), world.p)
    late = world.person()
    run = carried_out(world.round)
    moment = run.proposed_at
    settings.CLOCK_TODAY = datetime.date(2020, 10, 6)
    world.choose(late, world.p)
    world.choose(mistaken, declines_to_choose=True, corrects=wrong)

    assert answers_by_person(world.round, known=moment) == {mistaken.pk: True}
    assert answers_by_person(world.round, known=clock.now()) == {mistaken.pk: False, late.pk: True}
    run.figures = {}
    assert run_summary(run=run).chose.all.persons == 1
    answers = figures(world.round, staff("karin", Role.SENIOR_OFFICER)).get("answers")
    assert answers.at("north", "answered") == 1
    assert (follow_up(round=world.round).chose, follow_up(round=world.round).declined) == (1, 1)


def test_first_choice_met_by_the_current_provider(world, settings):
    """Moved there, kept there, or kept another without queueing: persons and hours agree everywhere."""
    moved = world.person(minutes=7 * HOURS)
    world.choose(moved, world.p)
    kept = world.person(minutes=11 * HOURS, current=world.p)
    world.choose(kept, world.p, queue_if_full=False)
    later = world.person(minutes=13 * HOURS)
    world.choose(later, world.q, world.p)
    gave_up = [world.person(minutes=17 * HOURS, current=world.p) for _ in range(3)]
    for person in gave_up:
        world.choose(person, world.q, queue_if_full=False)
    first = carried_out(world.round)
    # A year later people who opted out of queueing wait for nothing: an empty list that is not met.
    run = carried_out(next_round(world, settings))

    senior = staff("karin", Role.SENIOR_OFFICER)
    for each, group, code in ((first, "chose", "first_choice"), (run, "earlier", "earlier")):
        choosers = getattr(run_summary(run=each), group)
        assert choosers.first == Amount(18 * HOURS, 2)
        assert choosers.by_rank[2] == Amount(13 * HOURS, 1)
        assert choosers.unmet == Amount(51 * HOURS, 3)
        shown = figures(each.round, senior)
        persons, minutes = shown.get(f"{code}_by_hours"), shown.get(f"{code}_by_hours_minutes")
        assert [persons.at(word, "total") for word in ("first", "later", "none")] == [2, 1, 3]
        assert [minutes.at(word, "total") for word in ("first", "later", "none")] == [
            18 * HOURS,
            13 * HOURS,
            51 * HOURS,
        ]
        ranks = [dict(zip(header(), row, strict=True)) for row in rows(run=each, chosen=RunFilter({}), actor=senior)]
        assert sorted(row["Vilket val"] for row in ranks if row["Vilket val"]) == [1, 1, 2]
        assert RunFilter({"utfall": "val"}).rows(each).count() == 3
        assert _line(run_summary(run=each), "val nummer 1")[1] == "2"
        page = html.words(run_page(each, senior))
        for words in ("Har val 1 2 18 tim", "Har val 2 1 13 tim", "Inget val uppfyllt än 3 51 tim"):
            assert words in page


def run_page(run, actor):
    return html.parse(client_of(actor).get(reverse("casework:run", args=[run.reference])).content)


def test_rows_of_a_run_sum_to_its_totals_with_an_ended_contract(world, settings):
    """Clients of a leaving provider are in the area's sums, so they have a row."""

    world.choose(world.person(minutes=7 * HOURS), world.p)
    end = START - datetime.timedelta(days=1)
    exit = start_exit(provider=world.q, ends_on=end, moved_by=AFTER, reason=ProviderExit.Reason.CONTRACT, actor=SYSTEM)
    decide_exit(exit=exit, approve=True, actor=SYSTEM)
    settings.CLOCK_TODAY = datetime.date(2020, 10, 6)
    first = staff("f", Role.ADMIN)
    run = propose_round(round=close_round(round=world.round, actor=first), actor=first)

    for figures_ in (run.figures, {}):
        run.figures = figures_
        (area,) = run_summary(run=run).areas
        rows = {contract.provider.code: contract for contract in area.contracts}
        external = [contract for code, contract in rows.items() if code != "kommunen"]
        assert area.external_minutes == sum(contract.used_minutes for contract in external) == 17 * HOURS
        assert area.base_minutes == sum(contract.used_minutes for contract in area.contracts)
        assert (rows["q"].is_leaving, rows["q"].used_minutes, rows["q"].persons) == (True, 10 * HOURS, 1)
        assert rows["q"].free_minutes is None
    karin = staff("karin", Role.SENIOR_OFFICER)
    page = run_page(run, karin)
    table = html.table(page.xpath("//table[starts-with(normalize-space(caption), 'Utförarna i')]")[0])
    used = {row[0]: html.amount(row[3]) for row in table}
    assert used["Utförare p"] == (7 * HOURS, 1)
    assert used["Utförare q (avtalet är slut)"] == (10 * HOURS, 1)
    whole = sum(minutes for minutes, _persons in used.values()) // HOURS
    assert f"17 tim av {whole} tim" in html.words(page)
    # The bars of both charts: hours, then persons.
    for chart, ratio in zip(page.xpath("//div[@class='charts']//figure"), (7 / 10, 1), strict=True):
        assert [name for name in ("Utförare p", "Utförare q (avtalet är slut)") if name in html.words(chart)][1:]
        p, q = (float(bar.get("width")) for bar in chart.xpath(".//*[local-name()='rect'][@height='16.0']"))
        assert p / q == pytest.approx(ratio, rel=0.01)

    asked = period(code="omgang-2020", day=clock.today())
    AllocationRun.objects.filter(pk=run.pk).update(status="applied", approved_at=clock.now(), applied_at=clock.now())
    chapters = story(sheet_for_staff(period=asked, day=clock.today(), actor=karin))
    (chart,) = next(section for section in chapters if section.id == "utforare").charts
    assert [bar.name for bar in chart.bars] == ["Utförare p", "Utförare q"]

    step = simulate(take_snapshot(run).problem, Scenario(years=1, step_days=92)).steps[0]
    assert step.areas[0].external_minutes == sum(row.minutes for row in step.contracts)
    assert any(row.provider == "q" and row.idle_minutes is None for row in step.contracts)


def test_choice_of_a_merged_record_belongs_to_the_person(world):
    person, old = world.person(), world.person()
    world.choose(old, world.p)
    type(old).objects.filter(pk=old.pk).update(merged_into=person)

    assert answers_by_person(world.round, known=clock.now()) == {person.pk: True}
    assert person not in type(person).objects.without_answer_to(world.round)
    assert Choice.objects.count() == 1
