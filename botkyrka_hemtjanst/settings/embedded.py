"""Servers: DATABASE_URL and REDIS_URL where set, otherwise embedded ones."""

from dataclasses import dataclass
from typing import Any

import devservers

from .base import database, env


@dataclass(frozen=True)
class Servers:
    """Django's database settings for the application and for migrations, and the Redis URL.

    ``migrator`` None: an external database with the single role of ``DATABASE_URL``.
    """

    database: dict[str, Any]
    migrator: dict[str, Any] | None
    redis_url: str


def servers(instance: str, *, durable: bool = True) -> Servers:
    """Starts embedded servers only for missing ones."""
    database_url = env("DATABASE_URL", default=None)
    redis_url = env("REDIS_URL", default=None)
    migrator_url = None
    if not (database_url and redis_url):
        services = devservers.services(instance, durable=durable)
        if not database_url:
            database_url, migrator_url = services.database_url, services.migrator_url
        redis_url = redis_url or services.redis_url
    migrator = database(migrator_url) if migrator_url else None
    return Servers(database(database_url), migrator, redis_url)
