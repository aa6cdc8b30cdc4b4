"""The client of Valkey that the threads of a process share."""

from functools import cache

from redis import ConnectionPool, Redis

# A citizen does not wait longer for a count.
TIMEOUT_SECONDS = 2


@cache
def client(address: str, *, in_words: bool = False) -> Redis:
    """One for each address. ``in_words``: it answers in ``str``, not ``bytes``.

    Threads that meet none at the same moment make one each, and all but one are let go. A client of ``Redis.from_url``
    then closes its connections, also those in use; with a pool of its own it does not.
    """
    pool = ConnectionPool.from_url(
        address, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, decode_responses=in_words
    )
    return Redis(connection_pool=pool)
