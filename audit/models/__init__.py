from audit.models.history import RowVersion
from audit.models.log import Event, Read
from audit.models.seal import Seal

__all__ = ["Event", "Read", "RowVersion", "Seal"]
