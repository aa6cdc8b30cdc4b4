"""The provider of the signed-in user."""

from accounts.actors import Actor
from providers.models import Provider


def own_provider(*, actor: Actor) -> Provider:
    """The one provider that the actor belongs to.

    Raises:
        Provider.DoesNotExist: the actor is no user of a provider, which ``provider_page`` has refused.
    """
    return Provider.objects.get(code=actor.provider or "")
