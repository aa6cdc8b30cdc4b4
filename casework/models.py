from casework.desk.models import Note, Scan, WorkMark

__all__ = ["Note", "Scan", "WorkMark"]
