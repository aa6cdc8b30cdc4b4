from audit.models.destruction import DestroyedFile, Destruction
from audit.models.history import RowVersion
from audit.models.log import Event, Read
from audit.models.seal import Seal

__all__ = ["DestroyedFile", "Destruction", "Event", "Read", "RowVersion", "Seal"]
