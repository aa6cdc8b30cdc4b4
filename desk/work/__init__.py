from desk.work.kinds import KINDS, Kind
from desk.work.listing import Filters, Item, WorkPage, one_item, work_page

__all__ = ["KINDS", "Filters", "Item", "Kind", "WorkPage", "one_item", "work_page"]
