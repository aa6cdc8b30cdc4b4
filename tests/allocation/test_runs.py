"""Snapshot → proposal → approval → placements, on a small world in a real database."""

import datetime
import gzip
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from allocation import engine
from allocation.engine.__main__ import main as file_command
from allocation.facts.people import placement_on
from allocation.facts.room import Amount
from allocation.models import AllocationRun, AreaDate, ContactTask, Offer, OutcomeRow, Placement
from allocation.services import StaleRun, apply_run, approve_run, cancel_run, failed_problems, propose_round
from allocation.services.claim import round_run
from allocation.snapshot import take_snapshot
from allocation.summary import run_summary
from audit.models import Event
from choices.models import CareDecision, Household, HouseholdMember
from choices.services import close_round
from providers import services
from providers.models import ServiceType
from tests.world import HOURS, LONG_AGO, START, SYSTEM, WINDOW_CLOSES, make_world, staff

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def world():
    """100 municipal hours besides those a test adds: the share of 20 % is at least 20 hours."""
    world = make_world(no_answer_rule="keep")
    for _ in range(10):
        world.person()
    return world


@pytest.fixture
def proposer():
    return staff("forslag", "admin")


@pytest.fixture
def approver():
    return staff("godkann", "senior_officer")


def snapshot(world):
    return take_snapshot(round_run(world.round, SYSTEM)).problem


def propose(world, actor):
    close_round(round=world.round, actor=actor)
    return propose_round(round=world.round, actor=actor)


def provider_of(person, day=START):
    placement = placement_on(person=person, day=day)
    return placement and placement.contract.provider.code


def unit_of(problem, person):
    return next(unit for unit in problem.units if person.reference in [member.id for member in unit.members])


# --- Snapshot ----------------------------------------------------------------------------------------------------


def test_share_is_of_everyones_minutes_answered_or_not(world):
    world.choose(world.person(minutes=50 * HOURS), world.p)
    area = snapshot(world).areas[0]
    assert (area.share_base_minutes, area.share_cap_minutes) == (150 * HOURS, 30 * HOURS)


def test_without_a_ramp_there_is_no_cap(world):
    world.north.share_steps.all().delete()
    assert snapshot(world).areas[0].share_cap_minutes is None


@pytest.mark.parametrize(
    "gone",
    [
        {"deceased_on": WINDOW_CLOSES},
        pytest.param({"merged_into": "first"}, id="merged"),
    ],
)
def test_dead_and_merged_people_are_excluded(world, gone):
    first = world.person()
    if "merged_into" in gone:
        gone = {"merged_into": first}
    person = world.person(**gone)
    references = {member.id for unit in snapshot(world).units for member in unit.members}
    assert first.reference in references
    assert person.reference not in references


def test_only_granted_care_that_follows_the_choice_counts(world):
    night = services.add_service_type(code="natt", name="Natt", follows_choice=False, actor=SYSTEM)
    person = world.person(minutes=60)

    def decide(service_type: ServiceType, minutes: int, **period) -> None:
        CareDecision.objects.create(
            person=person,
            service_type=service_type,
            minutes=minutes,
            decided_on=LONG_AGO,
            source_reference=f"N{CareDecision.objects.count()}",
            **period,
        )

    decide(night, 500, valid_from=LONG_AGO)
    assert unit_of(snapshot(world), person).members[0].minutes == 60
    person.care_decisions.filter(service_type=world.home_care).update(valid_until=START)
    with pytest.raises(StopIteration):
        unit_of(snapshot(world), person)
    decide(world.home_care, 90, valid_from=START)
    assert unit_of(snapshot(world), person).members[0].minutes == 90


def test_placement_counts_where_it_covers_the_effective_date(world):
    ends, starts, never = world.person(current=world.p), world.person(), world.person(current=world.q)
    ends.placements.update(valid_until=START)
    starts.placements.update(valid_until=START - DAY)
    Placement.objects.create(person=starts, contract=world.contracts["p"], valid_from=START - DAY)
    world.contracts["q"].valid_until = START
    world.contracts["q"].save()
    problem = snapshot(world)
    assert [unit_of(problem, person).members[0].current for person in (ends, starts, never)] == [None, "p", None]


def test_open_offers_and_later_starts_are_reserved_room(world):
    offered, later, dead = world.person(minutes=120), world.person(minutes=300), world.person(deceased_on=WINDOW_CLOSES)
    for person in (offered, dead):
        Offer.objects.create(
            person=person, contract=world.contracts["p"], minutes=120, starts_on=START, answer_by=WINDOW_CLOSES
        )
    later.placements.update(valid_until=START + DAY)
    Placement.objects.create(person=later, contract=world.contracts["p"], valid_from=START + DAY)
    contract = next(c for c in snapshot(world).contracts if c.provider == "p")
    assert (contract.reserved_minutes, contract.reserved_persons) == (420, 2)


def test_current_choice_is_the_last_received(world):
    person = world.person()
    world.choose(person, world.p)
    world.choose(person, world.q, world.p, received_on=WINDOW_CLOSES + DAY, round=None)
    unit = unit_of(snapshot(world), person)
    assert [(wish.provider, wish.date) for wish in unit.wishes] == [("q", WINDOW_CLOSES + DAY), ("p", WINDOW_CLOSES)]
    assert unit.area_date == WINDOW_CLOSES


def test_declining_to_choose_is_no_answer(world):
    person = world.person()
    world.choose(person, world.p)
    world.choose(person, declines_to_choose=True)
    unit = unit_of(snapshot(world), person)
    assert (unit.answered, unit.wishes, unit.area_date) == (False, (), None)


def couple(world, *, lists, together=(True, True)):
    household = Household.objects.create()
    people = [world.person(), world.person()]
    for person, ranking, joint in zip(people, lists, together, strict=True):
        HouseholdMember.objects.create(household=household, person=person, valid_from=LONG_AGO)
        world.choose(person, *ranking, together=joint)
    return people


def test_couple_is_one_unit_only_if_both_choose_alike(world):
    agree = couple(world, lists=[(world.p, world.q)] * 2)
    differ = couple(world, lists=[(world.p, world.q), (world.q, world.p)])
    one_only = couple(world, lists=[(world.p,)] * 2, together=(True, False))
    problem = snapshot(world)
    sizes = [len(unit_of(problem, people[0]).members) for people in (agree, differ, one_only)]
    assert sizes == [2, 1, 1]


def test_same_state_gives_the_same_bytes(world):
    world.choose(world.person(), world.p)
    assert engine.problem_bytes(snapshot(world)) == engine.problem_bytes(snapshot(world))


# --- Proposal ----------------------------------------------------------------------------------------------------


def test_proposal_moves_nobody_and_is_stored_with_its_fingerprints(world, proposer):
    person = world.person()
    world.choose(person, world.p)
    run = propose(world, proposer)
    assert run.status == AllocationRun.Status.PROPOSED
    assert provider_of(person) == "kommunen"
    row = run.rows.get(person=person)
    assert (row.how, row.wish_rank, row.provider.code, row.provider_before.code) == ("wish", 1, "p", "kommunen")
    problem, outcome = (gzip.decompress(run.documents.get(kind=kind).content_gzip) for kind in ("problem", "outcome"))
    assert engine.problem_sha256(engine.read_problem(problem)) == run.problem_sha256
    assert engine.outcome_bytes(engine.allocate(engine.read_problem(problem))) == outcome


def test_snapshot_holds_no_identity_number(world, proposer):
    person = world.person()
    run = propose(world, proposer)
    for document in run.documents.all():
        assert person.identity_number.encode() not in gzip.decompress(document.content_gzip)


def test_open_round_cannot_be_run(world, proposer):
    with pytest.raises(ValidationError, match="Stäng valomgången först"):
        propose_round(round=world.round, actor=proposer)
    assert not AllocationRun.objects.exists()


def test_area_without_the_municipality_is_refused_in_words(world, proposer):
    services.end_contract(
        contract=world.contracts["kommunen"], ends_on=world.round.starts_on, reason="Fel dag", actor=SYSTEM
    )
    with pytest.raises(ValidationError, match="Kommunens hemtjänst har inget avtal i Norra"):
        propose(world, proposer)
    assert not AllocationRun.objects.exists()


def test_round_has_one_active_run(world, proposer):
    run = propose(world, proposer)
    with pytest.raises(ValidationError, match="redan ett förslag, och inget har ändrats"):
        propose_round(round=world.round, actor=proposer)
    with pytest.raises(IntegrityError, match="allocation_run_claimed_once"), transaction.atomic():
        AllocationRun.objects.create(
            kind="round", round=world.round, business_date=run.business_date, effective_date=START
        )
    cancel_run(run=run, reason="fel underlag", actor=proposer)
    again = propose_round(round=world.round, actor=proposer)
    assert again.outcome_sha256 == run.outcome_sha256


def test_stale_proposal_is_superseded(world, proposer):
    first = propose(world, proposer)
    world.person()
    second = propose_round(round=world.round, actor=proposer)
    first.refresh_from_db()
    assert first.status == "superseded"
    assert "nytt förslag" in first.cancel_reason
    assert second.problem_sha256 != first.problem_sha256


def test_failed_audit_stores_only_the_problem_file(world, proposer, monkeypatch, settings, tmp_path):
    # The fault is injected into the engine's answer, not into the audit under test.
    honest = engine.allocate

    def everybody_at_p(problem):
        outcome = honest(problem)
        placements = tuple(
            engine.Placement(person=p.person, unit=p.unit, provider="p", how="wish", wish=1) for p in outcome.placements
        )
        return engine.Outcome(
            outcome.problem_sha256, outcome.engine, placements, outcome.calls, outcome.totals, outcome.log
        )

    settings.MEDIA_ROOT = tmp_path
    close_round(round=world.round, actor=proposer)
    events = Event.objects.count()
    monkeypatch.setattr(engine, "allocate", everybody_at_p)
    with pytest.raises(RuntimeError, match="the audit found"):
        propose_round(round=world.round, actor=proposer)
    assert not AllocationRun.objects.exists()
    assert not OutcomeRow.objects.exists()
    assert Event.objects.count() == events

    # A developer replays the same problem with the file commands.
    (stored,) = (tmp_path / "failed-runs").iterdir()
    assert stored.stat().st_mode & 0o077 == 0
    monkeypatch.undo()
    outcome = tmp_path / "outcome.json"
    assert file_command(["allocate", str(stored), str(outcome)]) == 0
    assert file_command(["audit", str(stored), str(outcome)]) == 0


def test_latest_failed_problems_are_kept_and_a_full_disk_hides_no_error(world, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(failed_problems, "KEPT", 2)
    base = snapshot(world)
    for number in range(3):
        assert failed_problems.keep_problem(replace(base, seed=f"{number:064}"))
    assert len(list((tmp_path / "failed-runs").iterdir())) == 2

    settings.MEDIA_ROOT = tmp_path / "failed-runs" / "nothing" / "here"
    (tmp_path / "failed-runs" / "nothing").write_text("a file where a folder should be")
    assert failed_problems.keep_problem(base) == ""


# --- Approval and application --------------------------------------------------------------------------------------


def test_four_eyes(world, approver):
    both = staff("bada", "admin")
    from django.contrib.auth.models import Group

    from accounts.actors import Actor
    from accounts.models import User

    user = User.objects.get(pk=both.user_id)
    user.groups.add(Group.objects.get(name="senior_officer"))
    both = Actor.staff(user)
    run = propose(world, both)
    with pytest.raises(ValidationError, match="En annan person måste godkänna"):
        approve_run(run=run, actor=both)
    run.refresh_from_db()
    assert run.status == AllocationRun.Status.PROPOSED
    with pytest.raises(IntegrityError, match="allocation_run_four_eyes"), transaction.atomic():
        AllocationRun.objects.filter(pk=run.pk).update(approved_by=both.user_id)
    assert approve_run(run=run, actor=approver).approved_by_id == approver.user_id


def test_applying_writes_placements_from_the_start_day(world, proposer, approver):
    moves, stays = world.person(), world.person()
    world.choose(moves, world.p)
    run = apply_run(run=approve_run(run=propose(world, proposer), actor=approver), actor=approver)
    assert [provider_of(moves, START - DAY), provider_of(moves)] == ["kommunen", "p"]
    assert moves.placements.get(run=run).valid_from == START
    assert stays.placements.get().valid_until is None


def test_applying_twice_changes_nothing(world, proposer, approver):
    world.choose(world.person(), world.p)
    run = approve_run(run=propose(world, proposer), actor=approver)
    apply_run(run=run, actor=approver)
    before = list(Placement.objects.order_by("pk").values()), Event.objects.count()
    apply_run(run=run, actor=approver)
    assert (list(Placement.objects.order_by("pk").values()), Event.objects.count()) == before


def test_unapproved_proposal_is_not_applied(world, proposer, approver):
    run = propose(world, proposer)
    with pytest.raises(ValidationError, match="måste godkännas"):
        apply_run(run=run, actor=approver)
    with pytest.raises(PermissionDenied):
        approve_run(run=run, actor=proposer)
    assert not Placement.objects.filter(run=run).exists()


@pytest.mark.parametrize("when", ["before approval", "before application"])
def test_changed_input_makes_a_run_stale(world, proposer, approver, when):
    person = world.person()
    world.choose(person, world.p)
    run = propose(world, proposer)
    if when == "before application":
        run = approve_run(run=run, actor=approver)
    person.deceased_on = WINDOW_CLOSES
    person.save()
    with pytest.raises(StaleRun, match="Gör ett nytt förslag"):
        (approve_run if when == "before approval" else apply_run)(run=run, actor=approver)
    assert not Placement.objects.filter(run=run).exists()


def test_waiting_people_keep_a_stored_queue_date(world, proposer, approver):
    # 20 % of 100 + 10 + 40 + 40 hours are 38 hours: the second of 40 hours never fits, and neither does the first.
    small, big = world.person(), world.person(minutes=40 * HOURS)
    world.choose(small, world.p)
    world.choose(big, world.q, world.p)
    run = apply_run(run=approve_run(run=propose(world, proposer), actor=approver), actor=approver)
    assert provider_of(small) == "p"
    row = run.rows.get(person=big)
    assert row.provider.code == "kommunen"
    assert [unmet["provider"] for unmet in row.unmet] == ["q", "p"]
    assert AreaDate.objects.get().person == big
    assert AreaDate.objects.get().since == WINDOW_CLOSES


def test_person_without_provider_or_met_wish_is_on_the_call_list(world, proposer, approver):
    """At the end of a contract people without a met wish go to the municipality."""
    world.contracts["q"].valid_until = START
    world.contracts["q"].save()
    person = world.person(minutes=60 * HOURS, current=world.q)
    world.choose(person, world.p, round=None)
    run = apply_run(run=approve_run(run=propose(world, proposer), actor=approver), actor=approver)
    row = run.rows.get(person=person)
    assert (row.how, row.provider.code) == ("fallback", "kommunen")
    assert provider_of(person, START - DAY) == "q"
    assert provider_of(person) == "kommunen"
    assert person.placements.get(run=run).interim
    assert ContactTask.objects.get(kind="moved").person == person


def test_summary_reconciles(world, proposer):
    for ranking in ((world.p, world.q), (world.q,), (world.p,)):
        world.choose(world.person(), *ranking)
    run = propose(world, proposer)
    summary = run_summary(run=run)
    assert summary.persons == 13 == run.rows.count()
    assert summary.chose.all == Amount(30 * HOURS, 3)
    assert sum(summary.chose.by_rank.values(), summary.chose.unmet) == summary.chose.all
    assert summary.earlier.all == Amount()
    assert summary.by_no_answer == {"no_answer_kept": 10}
    area = summary.areas[0]
    assert area.base_minutes == 130 * HOURS == sum(contract.used_minutes for contract in area.contracts)
    assert area.external_minutes <= area.share_cap_minutes == 26 * HOURS
    assert summary.moved == sum(c.persons for c in area.contracts if c.provider.code != "kommunen")


def test_stored_figures_equal_a_count_of_the_rows(world, proposer):
    for ranking in ((world.p, world.q), (world.q,), (world.p,)):
        world.choose(world.person(), *ranking)
    run = propose(world, proposer)
    with_it = run_summary(run=run)
    run.figures = {}
    counted = run_summary(run=run)
    waiting = [contract for area in with_it.areas for contract in area.contracts if contract.waiting_persons]
    assert waiting
    assert [replace(area, contracts=[]) for area in with_it.areas] == [
        replace(area, contracts=[]) for area in counted.areas
    ]
    assert [
        replace(contract, waiting_minutes=0, waiting_persons=0) for contract in with_it.areas[0].contracts
    ] == counted.areas[0].contracts
    assert replace(with_it, areas=[]) == replace(counted, areas=[])


def test_placements_never_overlap(world):
    person = world.person()
    with pytest.raises(IntegrityError, match="allocation_placement_never_two"), transaction.atomic():
        Placement.objects.create(person=person, contract=world.contracts["p"], valid_from=START)
