from casework.desk.views.by_hand import by_hand
from casework.desk.views.calls import call, offer
from casework.desk.views.choices import new_choice, paper_form
from casework.desk.views.codes import end_code, new_code
from casework.desk.views.exits import exit
from casework.desk.views.people import new_mandate, note
from casework.desk.views.queues import queue, queues
from casework.desk.views.scans import scan, scan_file, scan_put_away, scans
from casework.desk.views.search import find, keys
from casework.desk.views.work import work_item, work_mark

__all__ = [
    "by_hand",
    "call",
    "end_code",
    "exit",
    "find",
    "keys",
    "new_choice",
    "new_code",
    "new_mandate",
    "note",
    "offer",
    "paper_form",
    "queue",
    "queues",
    "scan",
    "scan_file",
    "scan_put_away",
    "scans",
    "work_item",
    "work_mark",
]
