"""Letters to a person who has died are held before they are printed or sent."""

from collections.abc import Collection

from django.utils.translation import gettext_noop

from letters.models import Letter


def hold_letters(persons: Collection[int]) -> None:
    """All that lie in no print file and have not gone. Copies to representatives are held with them."""
    waiting = Letter.objects.filter(person__in=list(persons), batch__isnull=True, posted_on__isnull=True)
    waiting.exclude(route=Letter.Route.HOLD).filter(delivery="").update(
        route=Letter.Route.HOLD, hold_reason=gettext_noop("Personen är avliden."), sort_postcode=""
    )
