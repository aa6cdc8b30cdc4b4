"""The mechanism written plainly, one unit at a time: to be read beside docs/mechanism.md, and to hold the engine to.

It is slower and knows no limit for amounts. It computes everything anew in each run of up to a few thousand people
(`auditing`), and the tests compare the two on as many problems as one likes.
"""

from .allocate import allocate, allocate_checked
from .audit import audit, audit_static, reruns

__all__ = ["allocate", "allocate_checked", "audit", "audit_static", "reruns"]
