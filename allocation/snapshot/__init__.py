from allocation.snapshot.problem import Snapshot, take_snapshot
from allocation.snapshot.scope import areas_of

__all__ = ["Snapshot", "areas_of", "take_snapshot"]
