from desk.work.item import Item
from desk.work.kind import Action, Group, Kind, ScannedKind
from desk.work.listing import one_item, work_page
from desk.work.page import Filters, WorkPage
from desk.work.registry import KINDS

__all__ = ["KINDS", "Action", "Filters", "Group", "Item", "Kind", "ScannedKind", "WorkPage", "one_item", "work_page"]
