"""Response headers of every page, and pages within the limits of the policy."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.access.conftest import Matrix
from tests.access.rows import Case, Row, Who
from tests.access.table import all_rows
from tests.town import say_why

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Displayed in our own frame: the scanned form beside the fields.
FRAMED = "casework:scan_file"
PAGES = [row for row in all_rows() if row.method == "get"]


class _Loose(HTMLParser):
    """Violations of a strict policy: inline scripts and styles, event handlers, URLs of other sites."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.found.append(f"<{tag}>")
        self.found += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        loads = [given.get("src")] if tag != "a" else []
        loads += [given.get("href")] if tag == "link" else []
        self.found += [f"{tag}: {link}" for link in loads if link and not link.startswith("/")]
        self.found += [f"{tag}: {link}" for link in (given.get("href") or "",) if link.startswith("javascript:")]


def _loose(text: str) -> list[str]:
    parser = _Loose()
    parser.feed(text)
    return parser.found


@pytest.mark.parametrize("text", ["<style>a{}</style>", "<script>1</script>", '<p style="color:red">', "<b onclick=x>"])
def test_policy_violations_are_detected(text: str):
    assert _loose(text)


@pytest.mark.parametrize("row", PAGES, ids=lambda row: f"{row.name}-{row.of}")
def test_every_page_has_the_headers_and_obeys_the_strict_policy(matrix: Matrix, row: Row):
    for case in Case if isinstance(matrix.objects.get(row.of), dict) else [Case.OWN]:
        response = _open(matrix, row, case)
        framed = row.name == FRAMED and response.status_code == 200
        expected = {**HEADERS, "X-Frame-Options": "SAMEORIGIN"} if framed else HEADERS
        assert {name: response.get(name) for name in expected} == expected
        ancestors = {"frame-ancestors 'self'"} if framed else {"frame-ancestors 'none'"}
        policy = {rule.strip() for rule in response["Content-Security-Policy"].split(";")}
        assert policy == POLICY - {"frame-ancestors 'none'"} | ancestors
        assert "camera=()" in response["Permissions-Policy"]
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            assert _loose(response.text) == []


def _open(matrix: Matrix, row: Row, case: Case) -> Any:
    """Signed in with the most privileged of the allowed roles."""
    who = Who.SENIOR if Who.SENIOR in row.who else sorted(row.who)[0]
    client = matrix.client(who)
    if case == Case.PROTECTED:
        say_why(client, matrix.town.protected)
    found = matrix.objects[row.of] if row.of else ""
    response = client.get(row.address(found[case] if isinstance(found, dict) else found), row.data)
    if response.streaming:
        list(response.streaming_content)  # Read to the end to close the file.
    return response


@pytest.mark.parametrize(
    ("address", "status"), [("/finns-inte/", 404), ("/static/css/site.css", 200), ("/handlaggare/", 302)]
)
def test_errors_files_and_redirects_have_the_headers(db: None, client: Client, address: str, status: int):
    response = client.get(address)
    list(response.streaming_content) if response.streaming else None

    assert response.status_code == status
    assert {name: response.get(name) for name in ("X-Content-Type-Options", "Referrer-Policy")} == {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
    assert "script-src 'self'" in response["Content-Security-Policy"]


def test_cookies_are_same_site_and_http_only(matrix: Matrix):
    client = Client()
    client.get(reverse("login"))
    client.post(reverse("set_language"), {"language": "sv"})

    assert set(client.cookies) == {"csrftoken", "django_language"}
    assert {(cookie["httponly"], cookie["samesite"]) for cookie in client.cookies.values()} == {(True, "Lax")}
