"""Reference implementation: the mechanism one unit at a time, to read beside docs/mechanism.md.

Slower, with no limit on amounts. The audit recomputes each run of up to a few thousand people with it (`auditing`),
and the tests compare the two engines on random problems.
"""

from .allocate import allocate, allocate_checked
from .audit import audit, audit_static, reruns

__all__ = ["allocate", "allocate_checked", "audit", "audit_static", "reruns"]
