from allocation.snapshot.problem import Snapshot, take_snapshot
from allocation.snapshot.scope import areas_of, areas_without_municipality

__all__ = ["Snapshot", "areas_of", "areas_without_municipality", "take_snapshot"]
