from casework.desk.views.choices import new_choice
from casework.desk.views.people import new_mandate, note
from casework.desk.views.scans import scan, scan_file, scan_put_away, scans
from casework.desk.views.search import find, keys

__all__ = [
    "find",
    "keys",
    "new_choice",
    "new_mandate",
    "note",
    "scan",
    "scan_file",
    "scan_put_away",
    "scans",
]
