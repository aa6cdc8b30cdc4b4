from allocation.nightly.night import NightDone, run_night
from allocation.nightly.schedule import due_night, missed_nights

__all__ = ["NightDone", "due_night", "missed_nights", "run_night"]
