"""Accounts of one human: the same subject at the municipality's identity provider, or linked by the setting."""

from django.conf import settings

from accounts.models import User


def accounts_of(user_id: int) -> set[int]:
    """Ids of all accounts of the human that ``user_id`` belongs to, itself included.

    ``STAFF_LINKED_ACCOUNTS``: a list of lists of user names, for a colleague's local account beside the ordinary one.
    """
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return {user_id}
    names = {user.username}
    for group in settings.STAFF_LINKED_ACCOUNTS:
        if names & set(group):
            names |= set(group)
    found = set(User.objects.filter(username__in=names).values_list("pk", flat=True))
    subjects = set(User.objects.filter(pk__in=found).exclude(oidc_subject="").values_list("oidc_subject", flat=True))
    return {user_id} | found | set(User.objects.filter(oidc_subject__in=subjects).values_list("pk", flat=True))
