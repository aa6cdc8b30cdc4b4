"""Deadlines of an order, in working days before the change. None is before the provider can have seen the person."""

import datetime

from common.workdays import working_days_after, working_days_before
from providers.models import Municipality


def receive_by(*, day: datetime.date, made_on: datetime.date, own: Municipality) -> datetime.date:
    """The last day to receive an order. One that is made late may be received the next working day."""
    return max(working_days_before(day, own.received_days_before), working_days_after(_shown(day, made_on, own), 1))


def call_by(*, start: datetime.date, decided_on: datetime.date, own: Municipality) -> datetime.date:
    """The last day for the receiving provider to phone the person. Never after the start."""
    shown = _shown(start, decided_on, own)
    asked = max(working_days_before(start, own.call_days_before), working_days_after(shown, 1))
    return max(min(asked, working_days_before(start, 1)), shown)


def _shown(day: datetime.date, made_on: datetime.date, own: Municipality) -> datetime.date:
    """The first day on which the receiving provider sees the person."""
    return max(made_on, min(day, day - datetime.timedelta(days=own.client_days_before)))
