import pytest
from django.db import connection
from django.utils import translation


@pytest.fixture(autouse=True)
def in_swedish() -> None:
    """A page asked for in another language leaves it with whoever runs next in the same thread."""
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker):
    """Some tests kill processes. Their sessions may outlive them, and a database in use is not taken away."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
