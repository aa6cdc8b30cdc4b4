"""Answers to offers, wishes that end, and what officers do between the nights. The choice itself stays as it is."""

import datetime

from tests.year.book import couples
from tests.year.book.questions import Questions
from tests.year.book.rows import Amendment, Offer, Placement
from tests.year.log import Event


class Answers(Questions):
    def enter_answered(self, event: Event) -> None:
        """An answer to the open offer, or to one passed over in silence that came in in time."""
        said = event.data["answer"]
        offer = self.answerable(event.who[0])
        if said == "no":
            self._decline(offer, event)
            return
        parted = couples.is_parted(self, offer)
        self.answer(offer, "accepted", event.number)
        if parted:
            self._amend(event, "alone")
            couples.drop_calls(self, offer.person)
        unit = [offer] if parted else [each for each in couples.same_offer(self, offer) if not each.placed]
        if all(each.status == "accepted" for each in unit):
            for each in unit:
                start = max(offer.starts_on, self.today)
                each.placement = self.place(
                    each.person, each.provider, each.area, start, source="offer", run=each.asking
                )
                each.placed = True

    def answerable(self, number: int) -> Offer:
        """The offer that an answer of the person is about."""
        offers = self.offers_of(number)
        waits = next((offer for offer in offers if offer.status == "open"), None)
        return waits or next(offer for offer in reversed(offers) if offer.status == "expired" and not offer.broken)

    def _decline(self, offer: Offer, event: Event) -> None:
        self.answer(offer, "declined", event.number)
        couples.drop_calls(self, offer.person)
        self._end_wish(event, offer.provider)
        couples.ask_again(self, couples.same_offer(self, offer), event.number)

    def enter_undone(self, event: Event) -> None:
        """A mistaken answer of today is taken back: all is as before it."""
        number = event.who[0]
        offer = next(o for o in reversed(self.offers_of(number)) if o.status in ("accepted", "declined"))
        for each in couples.same_offer(self, offer) if offer.placed else ():
            if each.placement is not None:
                self.unplace(each.person, each.placement)
                each.placement, each.placed = None, False
        for said in self.persons[number].amendments:
            if said.at == offer.answered_at:
                said.undone = True
        offer.status, offer.asked_on = "open", self.today

    def unplace(self, number: int, placement: Placement) -> None:
        for before in self.persons[number].placements:
            if before.until == placement.since and before is not placement and before.covers_some_day:
                before.until = placement.replaced.since if placement.replaced else before.until_was
        if placement.replaced:
            placement.replaced.until = placement.replaced.until_was
        placement.until = placement.since

    def enter_left_queue(self, event: Event) -> None:
        self._end_wish(event, event.data["provider"])

    def enter_alone(self, event: Event) -> None:
        """Waits and moves without the household from now on."""
        self._amend(event, "alone")
        couples.drop_calls(self, event.who[0])

    def _end_wish(self, event: Event, provider: str) -> None:
        """The other wishes keep their dates. Somebody with nobody keeps the last one."""
        number = event.who[0]
        left = self.left(number)
        if provider not in left or (left == [provider] and self.placement_on(number, self.today) is None):
            return
        self._amend(event, "wish", provider)
        couples.ask_household(self, number, provider, event.number)

    def _amend(self, event: Event, kind: str, provider: str = "") -> None:
        said_on = event.data.get("received_on", event.day) if kind == "wish" else event.day
        self.persons[event.who[0]].amendments.append(Amendment(event.number, said_on, kind, provider))

    def enter_silence_broken(self, event: Event) -> None:
        for offer in self.offers_of(event.who[0]):
            if offer.status == "expired" and offer.provider == event.data["provider"]:
                offer.broken = True

    def enter_asked(self, event: Event) -> None:
        """An officer has offered places between the nights."""
        for number, unit, provider, area, minutes, starts_on, answer_by in event.data["asked"]:
            for before in self.offers_of(number):
                if before.takes_room:
                    self.answer(before, "withdrawn", event.number)
            self.offers.append(
                Offer(number, provider, area, unit, event.id, minutes, starts_on, answer_by, event.number, event.day)
            )
            self.owe(
                number, "offer", f"offer {number} {event.number}", provider=provider, starts_on=starts_on,
                answer_by=answer_by, now=self.provider_on(number, event.day), then=self.decided_next(number),
            )  # fmt: skip

    def enter_by_hand(self, event: Event) -> None:
        number, data = event.who[0], event.data
        promised = [offer for offer in self.offers_of(number) if offer.takes_room]
        for offer in promised:
            self.answer(offer, "withdrawn", event.number)
        couples.ask_again(self, [each for o in promised for each in couples.same_offer(self, o)], event.number)
        placement = self.place(number, data["provider"], data["area"], data["since"], source="hand")
        # Not one that was decided before and never begins.
        before = self.provider_on(number, data["since"] - datetime.timedelta(days=1))
        self.owe(
            number, "decision", f"hand {event.number}", placement, provider=data["provider"], starts_on=data["since"],
            before="" if before == data["provider"] else before,
        )  # fmt: skip

    def enter_called(self, event: Event) -> None:
        for call in self.calls:
            named = (call.person, call.kind, call.due_on, call.status)
            if named == (event.who[0], event.data["kind"], event.data["due_on"], "to_do"):
                call.status = "done"
                return
