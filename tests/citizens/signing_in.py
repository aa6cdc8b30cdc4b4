"""A citizen's session without the login pages."""

from django.test import Client

from choices.models import Mandate, MandateHolder, Person
from citizens.access import EID, SESSION_KEY
from common import clock


def as_citizen(
    client: Client,
    person: Person,
    *,
    mandate: Mandate | None = None,
    holder: MandateHolder | None = None,
    how: str = EID,
    **kept: object,
) -> Client:
    """``holder``: of the mandate; default: the first."""
    if mandate and holder is None:
        holder = mandate.holders.order_by("pk").first()
    session = client.session
    session[SESSION_KEY] = {
        "person": person.pk,
        "mandate": mandate.pk if mandate else None,
        "holder": holder.pk if holder else None,
        "how": how,
        "at": clock.now().isoformat(),
        **kept,
    }
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    return client
