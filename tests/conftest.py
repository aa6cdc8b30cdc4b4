import os
import shutil

import hypothesis
import pytest
from django.db import connection
from django.test import Client
from django.utils import translation
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from accounts.roles import Role
from tests import order, template_database
from tests.tables import empty_quickly
from tests.town import Town, make_town

# Playwright's synchronous API runs inside an event loop, where Django otherwise refuses the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A fixed seed: the suite fails only for a change of code. HYPOTHESIS_PROFILE=anew draws new examples; findings become
# an @example.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("anew", derandomize=False, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: order.place_of(item.path))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    return order.ByGroup(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(autouse=True)
def in_swedish() -> None:
    """A page requested in another language leaves that language active in the thread."""
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker):
    """Replaces the plugin's fixture: copying a template takes a second, whatever the number of migrations."""
    home = connection.settings_dict["NAME"]
    name = connection.creation._get_test_db_name()
    with django_db_blocker.unblock():
        template_database.copy(name)
        template_database.use(name)
        empty_quickly()
    yield
    with django_db_blocker.unblock():
        template_database.use(home)
        template_database.drop(name)


@pytest.fixture
def town(db: None, settings, tmp_path) -> Town:
    settings.MEDIA_ROOT = tmp_path
    return make_town()


@pytest.fixture
def signed_in(town: Town):
    """A client signed in with a role; None: anonymous."""

    def client_for(role: Role | None) -> Client:
        client = Client()
        if role:
            client.force_login(town.staff[role])
        return client

    return client_for


@pytest.fixture(scope="session")
def base_url() -> None:
    """Pages are opened by full URL. (The plugin's own fixture has a scope that pytest warns about.)"""


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    return {**browser_context_args, "locale": "sv-SE"}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """The distribution's own Chromium: no download, and patched with the rest of the machine."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    # Chromium's sandbox does not start as root (a container).
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium, "args": [*sandbox, "--disable-dev-shm-usage"]}


@pytest.fixture
def live_town(transactional_db: None, live_server, settings, tmp_path) -> Town:
    """The town, visible to the live server."""
    settings.MEDIA_ROOT = tmp_path
    return make_town()


@pytest.fixture
def sign_in(live_server, live_town: Town, context):
    """Give the browser a session with this role."""

    def as_role(role: Role) -> None:
        client = Client()
        client.force_login(live_town.staff[role])
        value = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])

    return as_role
