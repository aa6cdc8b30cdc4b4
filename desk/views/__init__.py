from desk.views.absences import absence, absence_withdraw, absences
from desk.views.calls import call, offer
from desk.views.choices import new_choice, paper_form
from desk.views.codes import end_code, new_code
from desk.views.handover import handover, handover_step
from desk.views.home import home
from desk.views.mandates import new_mandate
from desk.views.manual_placement import manual_placement
from desk.views.notes import note
from desk.views.people import letter, looks, people, person
from desk.views.queues import queue, queues
from desk.views.scans import scan, scan_file, scan_put_away, scans
from desk.views.search import find, keys
from desk.views.work import work_item, work_mark

__all__ = [
    "absence",
    "absence_withdraw",
    "absences",
    "call",
    "end_code",
    "find",
    "handover",
    "handover_step",
    "home",
    "keys",
    "letter",
    "looks",
    "manual_placement",
    "new_choice",
    "new_code",
    "new_mandate",
    "note",
    "offer",
    "paper_form",
    "people",
    "person",
    "queue",
    "queues",
    "scan",
    "scan_file",
    "scan_put_away",
    "scans",
    "work_item",
    "work_mark",
]
