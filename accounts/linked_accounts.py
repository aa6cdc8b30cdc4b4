"""Accounts of one human: the same subject at the municipality's identity provider, or linked by the setting."""

from django.conf import settings
from django.db.models import Q

from accounts.models import User


def accounts_of(user_id: int) -> set[int]:
    """Ids of all accounts of the human that ``user_id`` belongs to, itself included.

    ``STAFF_LINKED_ACCOUNTS``: a list of lists of user names, for a colleague's local account beside the ordinary one.
    """
    found: set[int] = set()
    more = {user_id}
    # Until nobody new is found: one account leads to another, and that one to a third.
    while more - found:
        found |= more
        known = User.objects.filter(pk__in=found)
        names = set(known.values_list("username", flat=True))
        for group in settings.STAFF_LINKED_ACCOUNTS:
            if names & set(group):
                names |= set(group)
        subjects = set(known.exclude(oidc_subject="").values_list("oidc_subject", flat=True))
        one = Q(username__in=names) | Q(oidc_subject__in=subjects)
        more = set(User.objects.filter(one).values_list("pk", flat=True))
    return found
