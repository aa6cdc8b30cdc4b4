from administration.runs.models import RunRequest

__all__ = ["RunRequest"]
