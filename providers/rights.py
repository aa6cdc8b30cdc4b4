"""The database function that grants roles, areas and provider (sql/set_rights.sql): the application's role cannot write
them directly.
"""

from collections.abc import Iterable

from django.db import connection

from accounts.models import User
from common import clock


def give(
    *,
    user: User,
    roles: Iterable[str] | None = None,
    everywhere: bool | None = None,
    areas: Iterable[str] | None = None,
    provider: str | None = None,
    by: int | None,
) -> None:
    """Set roles, areas and provider of a user. None leaves a value unchanged. ``by``: the granting user; None for the
    identity provider or a command.

    ``provider``: the code of the one provider that the user belongs to; empty: none. Roles of a provider take one, and
    exclude all other roles and areas (``accounts_user_one_side``).
    """
    given = [None if each is None else sorted(each) for each in (roles, areas)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT accounts_set_rights(%s, %s, %s, %s, %s, %s, %s)",
            [user.pk, given[0], everywhere, given[1], provider, by, clock.now()],
        )
    user.refresh_from_db(fields=["all_areas"])
