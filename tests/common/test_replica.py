"""The read replica for figures, when it is no help: the database answers. A real standby: tests/drills/replica.py."""

import pytest
from django.db import connection, connections
from structlog.testing import capture_logs

from common import replica
from oversight.health.checks import checks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def to(request):
    """A replica at another port of this server, or at its own: not a replica at all."""
    # Tests may connect to no other alias than the one that this copy keeps.
    copy = connection.copy()
    copy.settings_dict.update(request.param)
    connections.databases[replica.ALIAS], connections[replica.ALIAS] = copy.settings_dict, copy
    replica._hurry_until = 0.0
    yield
    connections[replica.ALIAS].close()
    del connections[replica.ALIAS], connections.databases[replica.ALIAS]


AWAY, ITSELF = {"PORT": "9"}, {}


def _asks_for_one():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_read_only')")
        return cursor.fetchone()[0]


@pytest.mark.parametrize(("to", "reason"), [(AWAY, "refused"), (ITSELF, "no replica")], indirect=["to"])
def test_database_answers_for_a_replica_that_is_none(to, reason):
    with capture_logs() as logs:
        assert replica.read(_asks_for_one) == "off"
    assert [reason in line["reason"] for line in logs if line["event"] == "replica.not_used"] == [True]


@pytest.mark.parametrize(("to", "says"), [(AWAY, "svarar inte"), (ITSELF, "följer inte databasen")], indirect=["to"])
def test_health_reports_a_replica_that_is_no_replica(to, says):
    (part,) = (part for part in checks() if part.code == "replica")
    assert (part.is_well, part.says) == (False, says)


@pytest.mark.parametrize("to", [ITSELF], indirect=True)
def test_work_on_the_replica_reads_one_moment_and_writes_nothing(to, monkeypatch):
    monkeypatch.setattr(replica, "state", lambda patience: replica.State(is_replica=True, seconds=0.0))
    here = connections["default"]
    assert replica.read(_asks_for_one) == "on"
    assert connections["default"] is here


@pytest.mark.parametrize("to", [ITSELF], indirect=True)
def test_work_that_breaks_off_on_the_replica_is_done_in_the_database(to, monkeypatch):
    monkeypatch.setattr(replica, "state", lambda patience: replica.State(is_replica=True, seconds=0.0))

    def work():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM letters_letter")
        return _asks_for_one()

    with capture_logs() as logs:
        assert replica.read(work) == "off"
    assert any("read-only" in line.get("reason", "") for line in logs)


@pytest.mark.parametrize("to", [ITSELF], indirect=True)
def test_replica_that_is_behind_is_waited_for_once(to, monkeypatch):
    waited = []

    def behind(patience):
        waited.append(patience)
        return replica.State(is_replica=True, seconds=3.0)

    monkeypatch.setattr(replica, "state", behind)
    assert [replica.read(_asks_for_one) for _ in range(3)] == ["off"] * 3
    assert waited == [replica.PATIENCE, 0, 0]


def test_nothing_is_migrated_in_the_replica():
    assert replica.Router().allow_migrate(replica.ALIAS, "choices") is False
    assert replica.Router().allow_migrate("default", "choices") is None
