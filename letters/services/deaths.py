"""Death of a person: letters not yet printed or sent are held."""

from collections.abc import Collection

from django.utils.translation import gettext_noop

from letters.models import Letter


def hold_letters(persons: Collection[int]) -> None:
    """Hold all letters that are in no print file and not sent, copies to representatives included."""
    waiting = Letter.objects.filter(person__in=list(persons), batch__isnull=True, posted_on__isnull=True)
    waiting.exclude(route=Letter.Route.HOLD).filter(delivery="").update(
        route=Letter.Route.HOLD, hold_reason=gettext_noop("Personen är avliden."), sort_postcode=""
    )
