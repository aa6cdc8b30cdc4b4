"""PostgreSQL and Valkey of our own, for development, demonstration and tests.

``services("dev")`` gives the addresses of two real servers and starts them when they
are not running. Every process that asks is a user of them until it ends; the last user
out stops them. In production ``DATABASE_URL`` and ``REDIS_URL`` are set and nothing in
here is used.

* ``places``     where things are kept, and as whom the servers run
* ``processes``  starting, finding and ending server processes
* ``postgres``, ``valkey``  what is particular to each server
* ``instance``   the two together: state, locks, life
"""

from devservers.instance import Services, services
from devservers.places import EmbeddedError

__all__ = ["EmbeddedError", "Services", "services"]
