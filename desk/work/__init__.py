from desk.work.item import Item
from desk.work.kind import Action, Group, Kind
from desk.work.listing import Filters, WorkPage, one_item, work_page
from desk.work.registry import KINDS

__all__ = ["KINDS", "Action", "Filters", "Group", "Item", "Kind", "WorkPage", "one_item", "work_page"]
