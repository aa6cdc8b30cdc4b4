"""Heartbeats of the worker and the scheduler, in Valkey. A heartbeat that is not renewed disappears."""

import time

import structlog
from django.conf import settings
from redis import Redis, RedisError

log = structlog.get_logger(__name__)

WORKER, BEAT = "worker", "beat"
# Seconds until a process without a new heartbeat counts as dead. The scheduler ticks at least once a minute
# (docker-compose.yml: --max-interval).
LIMITS = {WORKER: 120, BEAT: 300}
# A process writes at most this often.
EVERY_SECONDS = 15

_written: dict[str, float] = {}


def beat(name: str) -> None:
    """Renew the heartbeat of this process. Without Valkey nothing is written, and the process goes on."""
    now = time.monotonic()
    if now - _written.get(name, -EVERY_SECONDS) < EVERY_SECONDS:
        return
    try:
        with _valkey() as valkey:
            valkey.set(_key(name), 1, ex=LIMITS[name])
    except RedisError:
        log.warning("heartbeat.not_written", process=name)
    else:
        _written[name] = now


def alive() -> dict[str, bool]:
    """Process → whether it has a heartbeat. Raises ``RedisError`` when Valkey does not answer."""
    with _valkey() as valkey:
        return {name: bool(valkey.exists(_key(name))) for name in LIMITS}


def queued() -> int:
    """Number of tasks in Celery's queue. Raises ``RedisError`` when Valkey does not answer."""
    with _valkey() as valkey:
        return int(valkey.llen("celery"))


def _valkey() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def _key(name: str) -> str:
    return f"heartbeat:{name}"
