"""Sessions read by the fixed query behave as Django's own."""

import datetime

import pytest
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from common.session_store import SessionStore

pytestmark = pytest.mark.django_db


def _stored(**values: int) -> str:
    session = SessionStore()
    session.update(values)
    session.save()
    assert session.session_key
    return session.session_key


def test_each_key_has_its_own_session():
    one, other = _stored(a=1), _stored(a=2)

    assert [SessionStore(key)["a"] for key in (one, other, one)] == [1, 2, 1]


def test_session_is_that_of_django():
    key = _stored(a=1)

    assert db.SessionStore(key)["a"] == 1


@pytest.mark.parametrize("key", [None, "", "nonsense", "x' OR 'x'='x", "a" * 40])
def test_unknown_key_is_an_empty_session_with_no_key(key: str | None):
    _stored(a=1)
    session = SessionStore(key)

    assert "a" not in session
    assert session.session_key is None


def test_ended_session_is_empty():
    flushed, expired = _stored(a=1), _stored(a=2)
    SessionStore(flushed).flush()
    Session.objects.filter(pk=expired).update(expire_date=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))

    assert all("a" not in SessionStore(key) for key in (flushed, expired))
