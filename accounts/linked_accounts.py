"""Accounts of one human: one subject or user name at the identity provider, or linked by the setting."""

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import User


def accounts_of(user_id: int) -> set[int]:
    """Ids of all accounts of the human that ``user_id`` belongs to, itself included.

    ``STAFF_LINKED_ACCOUNTS``: a list of lists of user names, for a colleague's local account beside the ordinary one.
    Capital letters do not matter, as in sign-in.
    """
    found: set[int] = set()
    more = {user_id}
    linked = [{name.strip().lower() for name in group} for group in settings.STAFF_LINKED_ACCOUNTS]
    everybody = User.objects.annotate(name=Lower("username"))
    # Until nobody new is found: one account leads to another, and that one to a third.
    while more - found:
        found |= more
        known = everybody.filter(pk__in=found)
        names = set(known.values_list("name", flat=True))
        for group in linked:
            if names & group:
                names |= group
        subjects = set(known.exclude(oidc_subject="").values_list("oidc_subject", flat=True))
        one = Q(name__in=names) | Q(oidc_subject__in=subjects)
        for issuer, name in set(known.exclude(oidc_name="").values_list("oidc_issuer", "oidc_name")):
            one |= Q(oidc_issuer=issuer, oidc_name=name)
        more = set(everybody.filter(one).values_list("pk", flat=True))
    return found
