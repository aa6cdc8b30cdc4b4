from casework.views.home import home
from casework.views.people import letter, people, person
from casework.views.runs import apply, approve, calls, cancel, run, runs, undo
from casework.views.what_if import what_if

__all__ = [
    "apply",
    "approve",
    "calls",
    "cancel",
    "home",
    "letter",
    "people",
    "person",
    "run",
    "runs",
    "undo",
    "what_if",
]
