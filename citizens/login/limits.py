"""Rate limits of login by code, counted in Valkey across all processes (ADR 11).

An attempt is counted before it is made, so that concurrent attempts cannot bypass the limit, and given back on success.
Strangers lock nobody out: a count belongs to an address, or to one typed code.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.conf import settings
from redis import Redis, RedisError

from accounts.actors import Actor
from audit.services import record
from common.valkey import client

log = structlog.get_logger(__name__)

HOUR = 3600
# Per address: a library or care home has one for all.
MOST_FROM_ADDRESS = 30
# Per code, valid or not: limits guesses of birth dates by the holder of a letter.
MOST_OF_CODE = 10
# Total per hour: an alarm only, without a block.
ALARM_AT = 300


class TooManyTries(Exception):
    """Limit of this address or code. ``in_all``: attempts of the hour, this one included, successful ones excluded."""

    def __init__(self, in_all: int) -> None:
        super().__init__(in_all)
        self.in_all = in_all


class LimitsUnavailable(Exception):
    """Valkey does not answer. Login by code is refused without counting."""


def take(*, address: str, digest: str) -> int:
    """Count an attempt. Returns the total of this hour, without successful ones.

    Raises:
        TooManyTries: the limit is exceeded.
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
    """Successful attempt: neither it nor the earlier typing errors count."""
    with _valkey() as valkey:
        from_address, of_code, in_all = _keys(address, digest)
        pipe = valkey.pipeline(transaction=True)
        pipe.decr(from_address)
        pipe.delete(of_code)
        pipe.decr(in_all)
        pipe.execute()


def tell_of_failure(in_all: int) -> None:
    """Log the first, tenth, hundredth … failed attempt of an hour, and raise the alarm once."""
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


@contextmanager
def _valkey() -> Iterator[Redis]:
    try:
        yield client(settings.REDIS_URL, in_words=True)
    except RedisError as error:
        raise LimitsUnavailable from error
