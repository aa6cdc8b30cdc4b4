"""A planted protected person: whoever lacks the right opens all there is, and finds no trace."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from accounts.actors import Actor
from allocation.models import AllocationRun
from audit.models import Event
from letters.models import Letter
from letters.selectors import unrendered
from letters.services import compose_print_batch, create_letters, load_texts, render_letter
from letters.stacks import of_run
from tests.access.conftest import Matrix, sessions
from tests.access.crawler import crawl, text_of
from tests.access.objects import make_objects
from tests.access.planted import NAME, PHONE, STREET, Planted, plant
from tests.access.rows import NUMBERED, Who
from tests.access.table import all_rows
from tests.town import make_town, say_why
from tests.world import SYSTEM

# Everybody without the right.
WITHOUT = [who for who in Who if who != Who.SENIOR]


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker, tmp_path_factory) -> Iterator[tuple[Matrix, Planted]]:
    folder = tmp_path_factory.mktemp("m")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=folder):
        # Created before the other data, whose letters would otherwise have an empty text.
        load_texts(actor=SYSTEM)
        town = make_town()
        planted = plant(town)
        yield Matrix(town, make_objects(town), sessions(town)), planted
        transaction.set_rollback(True)


@pytest.fixture
def world(built: tuple[Matrix, Planted], db: None) -> tuple[Matrix, Planted]:
    return built


def _start(matrix: Matrix) -> list[str]:
    """All addresses of the table, with every object there is. A page that is new is in the table, so it is here."""
    addresses = {"/", reverse("casework:home")}
    for row in all_rows():
        found = matrix.objects[row.of] if row.of else ""
        for reference in found.values() if isinstance(found, dict) else [found]:
            addresses.add(row.address(reference))
    return sorted(addresses - {reverse("logout")})


def _found(text: str, planted: Planted) -> list[str]:
    return [trace for trace in planted.traces if trace in text]


@pytest.mark.parametrize("who", WITHOUT)
def test_no_page_shows_a_trace(world: tuple[Matrix, Planted], who: Who, caplog, capfd):
    matrix, planted = world
    client = matrix.client(who)
    pages = 0
    for address, _response, text in crawl(client, _start(matrix)):
        pages += 1
        assert not _found(text, planted), address
        assert not [each for each in planted.references if each.lower() in text], address
    out, err = capfd.readouterr()
    assert not _found(f"{caplog.text}{out}{err}".lower(), planted)
    assert pages > 40


@pytest.mark.parametrize("who", [Who.CASE, Who.ELSEWHERE])
@pytest.mark.parametrize("page", ["casework:find", "casework:people"])
def test_no_search_finds_anything(world: tuple[Matrix, Planted], who: Who, page: str, caplog):
    matrix, planted = world
    client = matrix.client(who)
    nobody = _hits(client, page, "Qqqqqq")
    number = planted.person.identity_number
    for words in (NAME, NAME[:5], "Xylofina", STREET, PHONE, number, number[:8], *planted.references):
        text = _hits(client, page, words)
        assert not [each for each in planted.references if f"/{each.lower()}/" in text], words
        if words != number[:8]:
            # The input is echoed; otherwise the page equals that for an unknown person.
            assert "skyddad" not in text.replace(nobody, ""), words
    assert not _found(caplog.text.lower(), planted)


def _hits(client, page: str, words: str) -> str:
    client.post(reverse(page), {"q": words, "name": words})
    return str(client.get(reverse(page)).text).lower()


@pytest.mark.parametrize("who", WITHOUT)
def test_addresses_that_lead_to_the_person_do_not_exist(world: tuple[Matrix, Planted], who: Who):
    """With a known reference the URLs answer 404, and no page reveals that the person exists."""
    matrix, planted = world
    client = matrix.client(who)
    for row in all_rows():
        if row.of and row.of not in NUMBERED and row.method == "get":
            for reference in planted.references:
                response = client.get(row.address(reference))
                assert response.status_code in (302, 403, 404), row
                assert not _found(response.text.lower() if not response.streaming else "", planted), row


def test_print_files_manifests_and_names_of_files_hold_no_trace(world: tuple[Matrix, Planted]):
    matrix, planted = world
    run = matrix.town.run
    AllocationRun.objects.filter(pk=run.pk).update(
        status="applied", approved_at=run.proposed_at, applied_at=run.proposed_at, approved_by=None
    )
    create_letters(run=run, actor=SYSTEM)
    for letter in unrendered(run=run):
        render_letter(letter_id=letter.pk)
    batch = compose_print_batch(stack=of_run(run, run.proposed_at.date()), actor=SYSTEM)
    folder = Path(settings.MEDIA_ROOT)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert not [path for path in files if _found(str(path).lower(), planted)]

    printed = [path for path in files if batch.reference in str(path)]
    assert {path.suffix for path in printed} == {".pdf", ".csv", ".json"}
    own = Letter.objects.filter(person=planted.person).values_list("reference", flat=True)
    for path in printed:
        text = text_of(path.read_bytes())
        assert not _found(text, planted), path
        assert not [each for each in own if each.lower() in text], path


def test_the_log_of_what_was_done_names_nobody(world: tuple[Matrix, Planted]):
    _matrix, planted = world
    for event in Event.objects.all():
        said = json.dumps([event.before, event.after, event.data, event.object_reference], default=str).lower()
        assert not _found(said, planted), event


def test_the_crawl_would_find_the_traces(world: tuple[Matrix, Planted]):
    """Validity of the test: with the right, the same links lead to the person."""
    matrix, planted = world
    client = matrix.client(Who.SENIOR)
    say_why(client, planted.person)
    found: set[str] = set()
    start = [reverse("casework:person", args=[planted.person.reference])]
    for _address, _response, text in islice(crawl(client, start), 20):
        found.update(_found(text, planted))

    assert {"dolderström", "xylofina", "xylofonlektion"} <= found
    assert Actor.staff(matrix.town.staff["senior_officer"]).may("see_protected")
