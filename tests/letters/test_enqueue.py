"""Broker failure after a commit: the transaction stands, and the caller is not delayed."""

import logging

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from botkyrka_hemtjanst.celery import app
from letters.services import enqueue_rendering

pytestmark = pytest.mark.django_db(transaction=True)


def test_unavailable_broker_is_tried_once_without_failure(monkeypatch, caplog):
    asked = []

    def refuse(*args, **kwargs):
        asked.append(args)
        raise OperationalError("connection refused")

    monkeypatch.setattr(app, "send_task", refuse)
    with caplog.at_level(logging.ERROR, logger="django.db.backends.base"), transaction.atomic():
        assert enqueue_rendering(range(1, 101)) == 100
    assert len(asked) == 1
    assert "connection refused" in caplog.text


def test_letters_are_queued_in_small_batches(monkeypatch):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, args: sent.append((name, args[0])))
    with transaction.atomic():
        enqueue_rendering(range(1, 61))
        assert sent == []
    assert {name for name, _ in sent} == {"letters.render"}
    assert [len(ids) for _, ids in sent] == [25, 25, 10]
