from casework.desk.models import Note, Scan, WorkMark
from casework.figures.models import FigureSheet
from casework.review.models import LogReview, ReviewItem
from casework.runs.models import RunRequest
from casework.secrecy.models import AddressLook

__all__ = ["AddressLook", "FigureSheet", "LogReview", "Note", "ReviewItem", "RunRequest", "Scan", "WorkMark"]
