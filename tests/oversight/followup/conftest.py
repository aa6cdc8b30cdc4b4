"""A municipality whose providers have been followed up for a year."""

import datetime

import pytest
from django.test import Client

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from choices.models import Person
from followup import control
from followup.complaints import answer_complaint, register_complaint
from followup.models import PerformedMonth, ProviderCheck
from tests import factories as make
from tests.world import World, make_world

TODAY = datetime.date(2020, 11, 23)


class FollowedUp:
    """12 clients at p, all reported; 7 at q: five are without help, two are reported; 6 at the municipality."""

    def __init__(self) -> None:
        self.world: World = make_world()
        world = self.world
        self.clients = {
            provider.code: [world.person(current=provider, minutes=3100) for _ in range(number)]
            for provider, number in ((world.p, 12), (world.q, 7), (world.municipal, 6))
        }
        for code, skipped in (("p", 0), ("q", 5)):
            PerformedMonth.objects.bulk_create(
                PerformedMonth(
                    person=person,
                    provider=world.p if code == "p" else world.q,
                    month=datetime.date(2020, 10, 1),
                    minutes=2900 if code == "p" else 1550,
                    staff=6 + number % 4,
                )
                for number, person in enumerate(self.clients[code][skipped:])
            )
        self.users: dict[Role, User] = {role: make.UserFactory.with_role(role, username=role.value) for role in Role}
        officer = Actor.staff(self.users[Role.CASE_OFFICER])
        for number in range(7):
            complaint = register_complaint(
                provider=world.p, kind="time", channel="phone", text="Kommer för sent", actor=officer,
                received_on=datetime.date(2020, 9, 1), person=self.clients["p"][number],
            )  # fmt: skip
        answer_complaint(
            complaint=complaint, answer="De har ändrat tiderna", answered_on=datetime.date(2020, 10, 1), actor=officer
        )
        self.complaint = complaint
        self.open_complaint = register_complaint(
            provider=world.q, kind="staff", channel="letter", text="Många olika", actor=officer,
            received_on=datetime.date(2020, 11, 20), area=world.north,
        )  # fmt: skip
        for person in self.clients["q"][:5]:
            person.placements.update(valid_until=datetime.date(2020, 8, 1))
        admin = Actor.staff(self.users[Role.ADMIN])
        control.register_facts(
            provider=world.p, number="556000-4615", legal_name="Utförare P AB", owners="Holding AB, 100 %",
            leadership="Vd Eva Exempel", valid_from=datetime.date(2020, 1, 1), actor=admin,
        )  # fmt: skip
        self.check = control.register_check(
            check=ProviderCheck(
                provider=world.p, kind="tax", made_on=datetime.date(2020, 9, 1), note="Sökt hos Skatteverket",
                next_on=datetime.date(2020, 12, 1), remark="Skuld", remedy_by=datetime.date(2020, 10, 1),
            ),
            actor=admin,
        )  # fmt: skip

    @property
    def unserved(self) -> list[Person]:
        return self.clients["q"][:5]

    def client(self, role: Role) -> Client:
        client = Client()
        client.force_login(self.users[role])
        return client


@pytest.fixture
def followed(db: None, settings) -> FollowedUp:
    settings.CLOCK_TODAY = TODAY
    return FollowedUp()
