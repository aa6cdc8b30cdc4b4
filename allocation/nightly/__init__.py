from allocation.nightly.night import NightDone, NightPassed, run_night
from allocation.nightly.schedule import due_night, missed_nights

__all__ = ["NightDone", "NightPassed", "due_night", "missed_nights", "run_night"]
