from audit.models.log import Event, Read

__all__ = ["Event", "Read"]
