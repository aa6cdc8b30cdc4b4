from casework.views.home import home
from casework.views.people import letter, people, person
from casework.views.runs import apply, approve, calls, cancel, run, runs

__all__ = ["apply", "approve", "calls", "cancel", "home", "letter", "people", "person", "run", "runs"]
