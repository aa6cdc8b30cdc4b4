"""Be a citizen, without the doors."""

from django.test import Client

from botkyrka_hemtjanst import clock
from choices.models import Mandate, Person
from citizens.access import EID, SESSION_KEY


def as_citizen(client: Client, person: Person, *, mandate: Mandate | None = None, how: str = EID) -> Client:
    session = client.session
    session[SESSION_KEY] = {
        "person": person.pk,
        "mandate": mandate.pk if mandate else None,
        "how": how,
        "at": clock.now().isoformat(),
    }
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client
