from casework.desk.models import Note, Scan, WorkMark
from casework.secrecy.models import AddressLook

__all__ = ["AddressLook", "Note", "Scan", "WorkMark"]
