"""Embedded PostgreSQL and Valkey for development, demonstration and tests.

``services("dev")`` returns the addresses of two real servers and starts them if necessary. Every calling process uses
them until it ends; the last one stops them. In production ``DATABASE_URL`` and ``REDIS_URL`` are set and nothing in
here is used.

* ``locations``  file locations, and the user that the servers run as
* ``processes``  starting, finding and ending server processes
* ``postgres``, ``valkey``  specifics of each server
* ``instance``   the two together: state, locks, lifetime
"""

from devservers.instance import Services, services
from devservers.locations import EmbeddedError

__all__ = ["EmbeddedError", "Services", "services"]
