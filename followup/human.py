"""Acts that take a person."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.actors import Actor


def human(actor: Actor) -> int:
    """The id of the user. Raises ``ValidationError`` for a part of the system."""
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan göra det här."))
    return actor.user_id
