"""Random histories of placements, and by plain Python loops who moved why, and which waits were met."""

import datetime
import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from allocation.models import AllocationRun, Offer, OutcomeRow, Placement, ProviderExit
from choices.models import Choice, Wish
from providers.models import Provider
from tests.allocation.facts.states import TODAY, State, moment
from tests.factories import LONG_AGO, UserFactory

HISTORY = TODAY - datetime.timedelta(days=300)


def draw_histories(state: State, draw: random.Random) -> None:
    """Placements one after another from ``HISTORY`` to today, some undone, each decided in a way of its own."""
    Placement.objects.filter(valid_from=LONG_AGO).update(valid_until=HISTORY)
    officer = UserFactory.create()
    contracts = list(state.contracts.values())
    runs = _runs(state.external[0])
    for person in state.people:
        day = HISTORY
        for run in runs[: draw.randint(0, 4)]:
            begins = day + datetime.timedelta(days=draw.choice([0, draw.randint(1, 20)]))
            ends = begins + datetime.timedelta(days=draw.choice([0, draw.randint(1, 70)]))
            contract = draw.choice(contracts)
            placement = Placement.objects.create(
                person=person, contract=contract, valid_from=begins, valid_until=min(ends, TODAY)
            )
            if contract.provider != state.municipal and draw.random() < 0.4:
                _wish(draw, placement)
            way = draw.choice(["run", "run", "offer", "officer", "nothing"])
            if way == "run":
                _by_run(draw, placement, run)
            elif way == "offer":
                Offer.objects.create(
                    person=person, contract=contract, unit="x", minutes=draw.randint(0, 6_000), starts_on=begins,
                    answer_by=begins - datetime.timedelta(days=1), status="accepted", answered_at=moment(begins),
                    placement=placement,
                )  # fmt: skip
            elif way == "officer":
                Placement.objects.filter(pk=placement.pk).update(decided_by=officer)
            day = max(ends, begins + datetime.timedelta(days=1))


def _wish(draw: random.Random, placement: Placement) -> None:
    received = placement.valid_from - datetime.timedelta(days=draw.randint(-5, 60))
    choice = Choice.objects.create(
        person=placement.person, received_on=received, registered_at=moment(received), channel=Choice.Channel.PAPER
    )
    Wish.objects.create(choice=choice, rank=1, provider=placement.contract.provider, queue_date=received)


def _runs(provider: Provider) -> list[AllocationRun]:
    """One for each number of placement: a person is in a run once."""
    leaves = ProviderExit.objects.create(
        provider=provider,
        reason=ProviderExit.Reason.CONTRACT,
        ends_on=TODAY,
        moved_by=TODAY,
        status=ProviderExit.Status.DONE,
    )
    at = moment(HISTORY)
    return [
        AllocationRun.objects.create(
            kind="exit" if exit else "night", exit=exit, business_date=at.date(), effective_date=at.date(),
            seed="ab" * 32, label="natt", status=AllocationRun.Status.SUPERSEDED, proposed_at=at, cancelled_at=at,
            engine_version="1.0.0", problem_sha256="a" * 64, outcome_sha256="b" * 64,
        )
        for exit in (None, None, leaves, None)
    ]  # fmt: skip


def _by_run(draw: random.Random, placement: Placement, run: AllocationRun) -> None:
    how = draw.choice(OutcomeRow.How.values)
    OutcomeRow.objects.create(
        run=run, person=placement.person, area=placement.person.area, minutes=draw.randint(0, 6_000), answered=True,
        provider=placement.contract.provider, how=how, wish_rank=1 if how == "wish" else None,
        unit="x",
    )  # fmt: skip
    Placement.objects.filter(pk=placement.pk).update(run=run)


class Moves:
    """``moved`` and ``met`` from ``first`` to before ``next``, read row by row."""

    def __init__(self, first: datetime.date, next: datetime.date) -> None:
        self.first, self.next = first, next
        self.rows = {(row.run_id, row.person_id): row for row in OutcomeRow.objects.all()}
        self.offers = {offer.placement_id: offer for offer in Offer.objects.exclude(placement=None)}
        self.placements: defaultdict[int, list[Placement]] = defaultdict(list)
        for each in Placement.objects.select_related("contract__provider", "run").order_by("valid_from"):
            if each.valid_until is None or each.valid_until > each.valid_from:
                self.placements[each.person_id].append(each)

    def moved(self) -> dict[int, tuple[int, datetime.date, str]]:
        """Person → area, day, reason."""
        found = {}
        for person, theirs in self.placements.items():
            for before, after in pairwise(theirs):
                if self._is_in(after) and before.contract.provider_id != after.contract.provider_id:
                    found[person] = (after.contract.area_id, after.valid_from, self._reason(after))
        return found

    def met(self) -> list[tuple[int, int, datetime.date, datetime.date, int]]:
        """Person, area, first day, queue date, minutes."""
        return sorted(self._met())

    def _met(self) -> Iterator[tuple[int, int, datetime.date, datetime.date, int]]:
        for placement in [each for theirs in self.placements.values() for each in theirs if self._is_in(each)]:
            row, offer = self._row(placement), self.offers.get(placement.pk)
            by_wish = row is not None and row.how == "wish"
            if placement.contract.provider.kind == Provider.Kind.MUNICIPAL or not (by_wish or offer):
                continue
            choices = Choice.objects.filter(
                person=placement.person_id, received_on__lte=placement.valid_from, corrected_by=None
            )
            for choice in choices.order_by("-received_on", "-pk"):
                wish = choice.wishes.filter(provider=placement.contract.provider_id).first()
                if wish is not None:
                    minutes = row.minutes if by_wish else offer.minutes
                    yield (
                        placement.person_id,
                        placement.contract.area_id,
                        placement.valid_from,
                        wish.queue_date,
                        minutes,
                    )
                    break

    def _is_in(self, placement: Placement) -> bool:
        return self.first <= placement.valid_from < self.next

    def _row(self, placement: Placement) -> OutcomeRow | None:
        return self.rows.get((placement.run_id, placement.person_id))

    def _reason(self, placement: Placement) -> str:
        row = self._row(placement)
        how = row.how if row else ""
        if how == "exit" or (placement.run and placement.run.kind == "exit"):
            return "exit"
        if how == "wish" or placement.pk in self.offers:
            return "own_choice"
        if how.startswith("no_answer"):
            return "no_choice"
        if how == "fallback":
            return "no_room"
        return "by_hand" if placement.decided_by_id else "other"
