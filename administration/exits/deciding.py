"""A decision of a provider exit, and its undo, with the consequences: contracts, calls, interim care, and letters."""

from django.db import transaction

from accounts.actors import Actor
from allocation.models import ProviderExit
from allocation.services import decide_exit, undo_exit
from letters.services import correct_exit_letters, correct_void_decisions


@transaction.atomic
def decide(*, exit: ProviderExit, approve: bool, actor: Actor) -> ProviderExit:
    """Raises ValidationError as ``decide_exit`` does.

    Clients get their letters by the next night. A letter that names a start that now never comes is corrected at once.
    """
    decided = decide_exit(exit=exit, approve=approve, actor=actor)
    if approve:
        correct_void_decisions(actor=actor)
    return decided


@transaction.atomic
def undo(*, exit: ProviderExit, reason: str, actor: Actor) -> ProviderExit:
    """Raises ValidationError as ``undo_exit`` does, or if a letter is in a print file that is not printed yet."""
    undone = undo_exit(exit=exit, reason=reason, actor=actor)
    correct_exit_letters(exit=undone, actor=actor)
    return undone
