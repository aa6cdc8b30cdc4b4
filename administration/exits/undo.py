"""Undo a provider exit with its consequences: contracts, calls, interim care, and letters."""

from django.db import transaction

from accounts.actors import Actor
from allocation.models import ProviderExit
from allocation.services import undo_exit
from letters.services import correct_exit_letters


@transaction.atomic
def undo(*, exit: ProviderExit, reason: str, actor: Actor) -> ProviderExit:
    """Raises ValidationError as ``undo_exit`` does, or if a letter is in a print file that is not printed yet."""
    undone = undo_exit(exit=exit, reason=reason, actor=actor)
    correct_exit_letters(exit=undone, actor=actor)
    return undone
