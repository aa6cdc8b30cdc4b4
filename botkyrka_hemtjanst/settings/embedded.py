"""Servers: DATABASE_URL and REDIS_URL where set, otherwise embedded ones."""

from typing import Any

import devservers

from .base import env


def servers(instance: str, *, durable: bool = True) -> tuple[dict[str, Any], str]:
    """Django's database settings and the Redis URL. Starts embedded servers only for missing ones."""
    database_url = env("DATABASE_URL", default=None)
    redis_url = env("REDIS_URL", default=None)
    if not (database_url and redis_url):
        services = devservers.services(instance, durable=durable)
        database_url = database_url or services.database_url
        redis_url = redis_url or services.redis_url
    return env.db_url_config(database_url), redis_url
