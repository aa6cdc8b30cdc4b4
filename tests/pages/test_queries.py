"""Number of queries of a list: the same for thirty rows as for one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from allocation.models import OutcomeRow
from tests import factories as make


@pytest.fixture
def officer(db: None) -> Client:
    make.MunicipalityFactory.create()
    client = Client()
    client.force_login(make.UserFactory.with_role(Role.SENIOR_OFFICER))
    return client


def _queries(client: Client, address: str, rows: int) -> int:
    client.get(address)  # fills the in-memory caches
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get(address)
    assert len(page.context["page"]) == rows
    return len(queries)


def _person() -> None:
    person = make.PersonFactory.create()
    make.CareDecisionFactory.create(person=person)
    make.PlacementFactory.create(person=person)


def test_people_list(officer: Client):
    address = reverse("casework:people")
    _person()
    one = _queries(officer, address, 1)
    for _ in range(29):
        _person()

    assert _queries(officer, address, 30) == one


def test_call_list(officer: Client):
    run = make.RunFactory.create(applied=True)
    address = reverse("casework:calls", args=[run.reference])

    def call() -> None:
        row: OutcomeRow = make.OutcomeRowFactory.create(run=run, moved_against_choice=True)
        make.ContactTaskFactory.create(run=run, person=row.person)

    call()
    one = _queries(officer, address, 1)
    for _ in range(29):
        call()

    assert _queries(officer, address, 30) == one


def test_run_list(officer: Client):
    round = make.ChoiceRoundFactory.create()
    address = reverse("casework:runs")

    def run() -> None:
        proposer: User = make.UserFactory.create()
        make.RunFactory.create(round=round, cancelled=True, proposed_by=proposer)

    run()
    one = _queries(officer, address, 1)
    for _ in range(29):
        run()

    assert _queries(officer, address, 30) == one


def test_comparison(client: Client, db: None):
    make.MunicipalityFactory.create()
    address = reverse("providers:compare", args=["norra"])

    def provider() -> None:
        make.ProviderProfileFactory.create(provider=make.ContractFactory.create().provider)

    def queries() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    provider()
    one = queries()
    for _ in range(29):
        provider()

    assert queries() == one
