"""What is done with one press from the page of a thing to do."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.actors import Actor
from choices.households import leave_household
from common import clock
from desk.work.listing import Item
from letters import selectors as letters
from letters.services import handle_return, mark_protected_posted


def act_on(*, item: Item, act: str, actor: Actor) -> str:
    """Do it, and say in words what was done. Raises ``ValidationError`` for what cannot be done here."""
    match item.kind.code, act:
        case "retur", "hanterad":
            returned = letters.open_returns(actor=actor).get(letter__reference=item.reference)
            handle_return(returned=returned, actor=actor)
            return _("Klart. Nya brev skickas till personen igen.")
        case "skyddad", "postad":
            mark_protected_posted(letters=[letters.letter(reference=item.reference, actor=actor)], actor=actor)
            return _("Brevet är postat.")
        case "dodsfall", "avsluta" if item.person:
            leave_household(person=item.person, on=item.person.deceased_on or clock.today(), actor=actor)
            return _("Hushållet är ändrat. Fråga den som bor kvar om valet gäller.")
    raise ValidationError(_("Det går inte att göra här."))
