"""Sessions in the database, read by a fixed query: composing it by the ORM takes longer than running it."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

from common import rows

_SESSION = "SELECT {columns} FROM django_session s WHERE s.session_key = %s AND s.expire_date > %s"


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> AbstractBaseSession | None:
        # As Django: the real time, also where the clock of the rules is moved.
        now = timezone.now()  # noqa: TID251
        query = _SESSION.format(columns=rows.columns(self.model, "s"))
        found = rows.first(self.model, query, [self.session_key, now])
        if found is None:
            self._session_key = None
        return found
