from citizens.choosing.models import Draft, Submission

__all__ = ["Draft", "Submission"]
