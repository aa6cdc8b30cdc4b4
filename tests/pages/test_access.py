"""Every address × every role, in one table. A new page must say here who may open it."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.roles import Role
from tests.pages.town import Town

CASE, SENIOR, ADMIN, MANAGER = Role.CASE_OFFICER, Role.SENIOR_OFFICER, Role.ADMIN, Role.MANAGER
ROLES = (None, CASE, SENIOR, ADMIN, MANAGER)

EVERYBODY = (200, 200, 200, 200, 200)
STAFF = (302, 200, 200, 200, 200)
SEES_PERSONS = (302, 200, 200, 403, 403)
SEES_PROTECTED = (302, 404, 200, 403, 403)
APPROVES = (302, 403, 302, 403, 403)
PROPOSES = (302, 403, 403, 302, 403)
NOBODY = (405, 405, 405, 405, 405)

# Name of the address, its arguments, GET or POST, and what nobody, case officer, senior officer, admin and manager get.
PAGES = [
    ("start", [], "get", EVERYBODY),
    ("round", ["hosten-2020"], "get", EVERYBODY),
    ("providers:choose_area", [], "get", EVERYBODY),
    ("providers:compare", ["norra"], "get", EVERYBODY),
    ("providers:provider", ["lindens"], "get", EVERYBODY),
    ("providers:area_help", [], "get", EVERYBODY),
    ("login", [], "get", EVERYBODY),
    ("logout", [], "get", NOBODY),
    ("logout", [], "post", (302, 302, 302, 302, 302)),
    ("set_language", [], "post", (302, 302, 302, 302, 302)),
    ("health", [], "get", EVERYBODY),
    ("casework:home", [], "get", STAFF),
    ("casework:runs", [], "get", STAFF),
    ("casework:run", ["run"], "get", STAFF),
    ("casework:calls", ["run"], "get", SEES_PERSONS),
    ("casework:what_if", [], "get", (302, 403, 403, 200, 403)),
    ("casework:approve", ["run"], "get", NOBODY),
    ("casework:approve", ["run"], "post", APPROVES),
    ("casework:apply", ["run"], "get", NOBODY),
    ("casework:apply", ["run"], "post", APPROVES),
    ("casework:undo", ["run"], "get", NOBODY),
    ("casework:undo", ["run"], "post", APPROVES),
    ("casework:cancel", ["run"], "get", NOBODY),
    ("casework:cancel", ["run"], "post", PROPOSES),
    ("casework:find", [], "get", SEES_PERSONS),
    ("casework:find", [], "post", (302, 302, 302, 403, 403)),
    ("casework:keys", [], "get", STAFF),
    ("casework:new_choice", ["person"], "get", SEES_PERSONS),
    ("casework:new_choice", ["protected"], "get", SEES_PROTECTED),
    ("casework:correct_choice", ["person"], "get", SEES_PERSONS),
    ("casework:new_mandate", ["person"], "get", SEES_PERSONS),
    ("casework:new_mandate", ["protected"], "get", SEES_PROTECTED),
    ("casework:note", ["person"], "post", (302, 302, 302, 403, 403)),
    ("casework:note", ["protected"], "post", (302, 404, 302, 403, 403)),
    ("casework:scans", [], "get", SEES_PERSONS),
    ("casework:scan", ["scan"], "get", SEES_PERSONS),
    ("casework:scan_file", ["scan"], "get", (302, 404, 404, 403, 403)),
    ("casework:scan_put_away", ["scan"], "get", NOBODY),
    ("casework:scan_put_away", ["scan"], "post", (302, 302, 302, 403, 403)),
    ("casework:work_mark", [], "get", NOBODY),
    ("casework:work_mark", [], "post", (302, 302, 302, 403, 403)),
    ("casework:work_item", ["skyddad", "protected_letter"], "get", SEES_PROTECTED),
    ("casework:call", ["call"], "get", SEES_PERSONS),
    ("casework:offer", ["offer"], "get", SEES_PERSONS),
    ("casework:exit", ["exit"], "get", SEES_PERSONS),
    ("casework:people", [], "get", SEES_PERSONS),
    ("casework:people", [], "post", (302, 302, 302, 403, 403)),
    ("casework:person", ["person"], "get", SEES_PERSONS),
    ("casework:person", ["protected"], "get", SEES_PROTECTED),
    ("casework:letter", ["letter"], "get", SEES_PERSONS),
    ("casework:letter", ["protected_letter"], "get", SEES_PROTECTED),
]


@pytest.mark.parametrize(("name", "arguments", "method", "expected"), PAGES)
def test_each_role_gets_what_it_may(town: Town, signed_in, name, arguments, method, expected):
    address = reverse(name, args=[_argument(town, word) for word in arguments])

    statuses = tuple(getattr(signed_in(role), method)(address).status_code for role in ROLES)

    assert statuses == expected


def _argument(town: Town, word: str) -> str:
    """``person`` stands for the reference of the town's person, and so on; other words for themselves."""
    return getattr(getattr(town, word, None), "reference", word)


def test_no_page_is_missing_in_the_table():
    listed = {name for name, *_ in PAGES}

    assert set(_names(get_resolver().url_patterns)) == listed


def _names(patterns: list[URLPattern | URLResolver], namespace: str = ""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _names(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}"


def test_a_visitor_is_sent_to_sign_in_and_back(town: Town, client: Client):
    address = reverse("casework:person", args=[town.person.reference])

    response = client.get(address)

    assert response.url == f"{reverse('login')}?next={address}"


def test_pages_about_people_are_stored_nowhere(town: Town, signed_in):
    response = signed_in(CASE).get(reverse("casework:person", args=[town.person.reference]))

    assert response["Cache-Control"] == "no-store, private"


def test_the_admin_site_is_not_there(client: Client, db: None):
    assert client.get("/admin/").status_code == 404
