import gc
import os
import shutil
from collections.abc import Iterator

import hypothesis
import pytest
from django.db import connection
from django.test import Client
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from accounts.roles import Role
from allocation.facts import shared
from tests import lanes, order, template_database
from tests.tables import empty_quickly
from tests.town import Town, make_town

# Playwright's synchronous API runs inside an event loop, where Django otherwise refuses the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A fixed seed: the suite fails only for a change of code. HYPOTHESIS_PROFILE=anew draws new examples; findings become
# an @example.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("anew", derandomize=False, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.hookimpl(tryfirst=True)  # Before -m chooses.
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    lanes.mark(items)
    items.sort(key=lambda item: order.place_of(item.path))


def pytest_collection_finish() -> None:
    """Exempt loaded modules from garbage collection, and collect more rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    return order.ByGroup(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(autouse=True)
def in_swedish() -> None:
    """A page requested in another language leaves that language active in the thread."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    """The databases of two tests follow each other in one process."""
    shared.forget()


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
    # One process shows all pages of the site.
    arguments = [*sandbox, "--disable-dev-shm-usage", "--process-per-site"]
    return {**browser_type_launch_args, "executable_path": chromium, "args": arguments}


@pytest.fixture(scope="session")
def shared_context(browser: Browser, browser_context_args: dict[str, object], live_server) -> BrowserContext:
    """With a page of the site that stays open, and so keeps the browser's process for the site."""
    context = browser.new_context(**browser_context_args)
    context.new_page().goto(f"{live_server.url}/static/css/site.css")
    return context


@pytest.fixture
def context(shared_context: BrowserContext, browser: Browser, live_server) -> Iterator[BrowserContext]:
    """One for all tests, emptied after each: a new one takes most of a second."""
    yield shared_context
    shared_context.clear_cookies()
    parked, *pages = shared_context.pages
    origin = {"origin": live_server.url, "storageTypes": "local_storage"}
    shared_context.new_cdp_session(parked).send("Storage.clearDataForOrigin", origin)
    for page in pages:
        page.close()
    for other in browser.contexts:
        if other is not shared_context:
            other.close()


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
