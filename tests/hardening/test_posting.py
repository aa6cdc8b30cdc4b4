"""Posting: CSRF, size limits, rate limits, and redirects within the site."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from botkyrka_hemtjanst.settings.base import cache_at
from common.addresses import is_own_page
from desk.models import Scan
from tests.access.conftest import Matrix
from tests.access.rows import EVERYBODY, Case, Row, Who
from tests.access.table import all_rows
from tests.town import say_why

ROWS = all_rows()
SENDS_ON = ("confirm", "casework:reason")
FORMS = [row for row in ROWS if row.method == "post"]
# Public pages, and those that redirect.
LOGIN = [row for row in ROWS if row.method == "get" and (row.who == EVERYBODY or row.name in SENDS_ON)]
EVIL = ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]
# Parameters with redirect targets.
ONWARD = ("next", "till", "back")


def _name(value: object) -> str | None:
    return f"{value.method}-{value.name}-{value.of}" if isinstance(value, Row) else None


def _who(row: Row) -> Who:
    """The most privileged of the roles that may post."""
    return Who.SENIOR if Who.SENIOR in row.who else sorted(row.who)[0]


def _address(matrix: Matrix, row: Row) -> str:
    found = matrix.objects[row.of] if row.of else ""
    return row.address(found[Case.OWN] if isinstance(found, dict) else found)


@pytest.mark.parametrize("row", FORMS, ids=_name)
def test_cross_site_post_is_refused_with_instructions(matrix: Matrix, row: Row):
    client = Client(enforce_csrf_checks=True)
    client.cookies = matrix.client(_who(row)).cookies

    response = client.post(_address(matrix, row), row.data)

    assert response.status_code == 403
    assert "Formuläret kunde inte skickas" in response.text


@pytest.mark.parametrize("row", [*FORMS, *LOGIN], ids=_name)
def test_redirects_stay_within_the_site(matrix: Matrix, row: Row):
    client = matrix.client(_who(row))
    say_why(client, matrix.town.protected)

    onward = dict.fromkeys(ONWARD, "//evil.example/")
    response = getattr(client, row.method)(_address(matrix, row), {**row.data, **onward})

    assert not response.get("Location", "").startswith(("//", "http"))
    assert "//evil.example" not in response.get("Location", "").split("?")[0]


@pytest.mark.parametrize("address", [*EVIL, "evil.example", "", "http:/evil.example", "///evil.example", "\t//evil"])
def test_foreign_url_is_recognised(address: str):
    assert not is_own_page(address)


@pytest.mark.parametrize("address", ["/", "/handlaggare/?sida=2", "/mitt/?till=https://x.example/"])
def test_own_url_is_recognised(address: str):
    assert is_own_page(address)


@pytest.mark.parametrize("evil", EVIL)
def test_language_selection_redirects_within_the_site(matrix: Matrix, evil: str):
    response = Client().post(reverse("set_language"), {"language": "sv", "next": evil}, headers={"referer": evil})

    assert response["Location"] == "/"


@pytest.mark.parametrize("row", [row for row in FORMS if row.who == EVERYBODY], ids=_name)
def test_public_form_has_a_small_size_limit(matrix: Matrix, settings, row: Row):
    settings.LARGEST_PUBLIC_POST = 1000

    response = Client().post(_address(matrix, row), {"x": "y" * 1000})

    assert response.status_code == 413
    assert "Det du skickade är för stort" in response.text


def test_staff_upload_has_a_size_limit(matrix: Matrix, settings):
    client = matrix.client(Who.CASE)

    def send() -> int:
        file = SimpleUploadedFile("x.png", b"x" * 300_000)
        return client.post(reverse("casework:scans"), {"received": "post", "scans": file}).status_code

    assert send() != 413
    settings.LARGEST_POST = 300_000
    assert send() == 413


@pytest.mark.parametrize("content", [b"MZ\x90\x00 a program", b"<html><script>alert(1)</script>", b"", b"GIF89a"])
def test_scan_type_is_determined_by_content(matrix: Matrix, content: bytes):
    client = matrix.client(Who.CASE)
    before = Scan.objects.count()

    file = SimpleUploadedFile("blankett.pdf", content, content_type="application/pdf")
    client.post(reverse("casework:scans"), {"received": "post", "scans": file})

    assert Scan.objects.count() == before


def test_rate_limit_per_address(matrix: Matrix, settings):
    settings.PUBLIC_POSTS_A_MINUTE = 3

    def post(address: str, client: Client | None = None):
        return (client or Client()).post(reverse("set_language"), {"language": "sv"}, REMOTE_ADDR=address)

    assert [post("198.51.100.251").status_code for _ in range(5)] == [302, 302, 302, 429, 429]
    last = post("198.51.100.251")
    assert "Vänta en minut" in last.text
    assert last["Retry-After"] == "60"
    assert post("198.51.100.252").status_code == 302
    assert post("198.51.100.251", matrix.client(Who.CASE)).status_code == 302
    assert Client().get(reverse("start"), REMOTE_ADDR="198.51.100.251").status_code == 200


def test_choosing_works_without_valkey(matrix: Matrix, settings):
    settings.CACHES = cache_at("redis://127.0.0.1:9/0")

    assert Client().post(reverse("set_language"), {"language": "sv"}).status_code == 302
