"""How often one may try a code: counted in Valkey, by all processes together (ADR 11).

A try is counted before it is made, so that many at once are no way round, and given back when it was right. Nobody is
shut out by what strangers do: a count belongs to an address, or to one code that somebody typed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import structlog
from django.conf import settings
from redis import Redis, RedisError

from accounts.actors import Actor
from audit.services import record

log = structlog.get_logger(__name__)

HOUR = 3600
# From one address: a library or a home for the elderly has one for all.
MOST_FROM_ADDRESS = 30
# Of one code, right or wrong: whoever holds somebody's letter does not try birth dates for long.
MOST_OF_CODE = 10
# In all, in an hour. Nobody is stopped by it; somebody is told.
ALARM_AT = 300


class TooManyTries(Exception):
    """From this address, or of this code. ``in_all``: the tries of the hour, this one too, without the right ones."""

    def __init__(self, in_all: int) -> None:
        super().__init__(in_all)
        self.in_all = in_all


class LimitsUnavailable(Exception):
    """Valkey does not answer. Without counting nobody is let in by code."""


def take(*, address: str, digest: str) -> int:
    """Count a try. Gives how many there were in all in this hour, without the right ones.

    Raises:
        TooManyTries: it is one too many.
        LimitsUnavailable: it cannot be counted.
    """
    with _valkey() as valkey:
        pipe = valkey.pipeline(transaction=True)
        for key in _keys(address, digest):
            pipe.incr(key)
            pipe.expire(key, HOUR, nx=True)
        from_address, _set, of_code, _set, in_all, _set = pipe.execute()
    if from_address > MOST_FROM_ADDRESS or of_code > MOST_OF_CODE:
        raise TooManyTries(in_all)
    return int(in_all)


def give_back(*, address: str, digest: str) -> None:
    """The try was right: it does not count, and neither do the slips before it."""
    with _valkey() as valkey:
        from_address, of_code, in_all = _keys(address, digest)
        pipe = valkey.pipeline(transaction=True)
        pipe.decr(from_address)
        pipe.delete(of_code)
        pipe.decr(in_all)
        pipe.execute()


def tell_of_failure(in_all: int) -> None:
    """Tell the log of the first, tenth, hundredth … wrong try of an hour, and sound the alarm once."""
    if in_all in (1, 10, 100, 1000, 10_000, 100_000):
        record(actor=Actor.system("citizen_doors"), action="citizen.code_refused", data={"tries_in_the_hour": in_all})
    if in_all == ALARM_AT:
        log.error("many wrong codes", tries_in_the_hour=in_all)
        record(actor=Actor.system("citizen_doors"), action="citizen.code_alarm", data={"tries_in_the_hour": in_all})


def _keys(address: str, digest: str) -> tuple[str, str, str]:
    begin = settings.LETTER_CODE_LIMITS
    return f"{begin}:address:{address}", code_key(digest), f"{begin}:all"


def code_key(digest: str) -> str:
    return f"{settings.LETTER_CODE_LIMITS}:code:{digest}"


@cache
def _client(url: str) -> "Redis":
    return Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2, decode_responses=True)


@contextmanager
def _valkey() -> Iterator["Redis"]:
    try:
        yield _client(settings.REDIS_URL)
    except RedisError as error:
        raise LimitsUnavailable from error
