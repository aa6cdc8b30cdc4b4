"""A planted protected person: users without the right find no trace on any page or in any file."""

import base64
import io
import json
import logging
from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from accounts.actors import Actor
from allocation.models import AllocationRun
from audit.models import Event
from choices.models import Person
from common.log_errors import WithoutRows
from desk.models import Scan
from letters.models import Letter
from letters.selectors import unrendered
from letters.services import compose_print_batch, create_letters, load_texts, render_letter
from letters.stacks import of_run
from tests import factories as make
from tests.access.conftest import Matrix, sessions
from tests.access.crawler import crawl, text_of
from tests.access.objects import make_objects
from tests.access.planted import NAME, PHONE, STREET, Planted, plant
from tests.access.rows import NUMBERED, Case, Who
from tests.access.table import all_rows
from tests.town import make_town, say_why
from tests.world import SYSTEM

# The smallest PNG.
A_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)
# These sign out or change the session.
LEAVES = {"logout", "citizens:sign_out", "casework:leave_everywhere", "demo:be"}
# Requesters without the right. Named users of the planted person's own provider: tests/provider_portal.
WITHOUT = [who for who in Who if who not in (Who.SENIOR, Who.PROVIDER_NAMED)]


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker, tmp_path_factory) -> Iterator[tuple[Matrix, Planted]]:
    folder = tmp_path_factory.mktemp("m")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=folder):
        # Created first: letters of later data would otherwise have an empty text.
        load_texts(actor=SYSTEM)
        town = make_town()
        planted = plant(town)
        matrix = Matrix(town, make_objects(town), sessions(town))
        _uploaded_by_a_telling_name(matrix)
        yield matrix, planted
        transaction.set_rollback(True)


@pytest.fixture
def world(built: tuple[Matrix, Planted], db: None) -> tuple[Matrix, Planted]:
    return built


def _uploaded_by_a_telling_name(matrix: Matrix) -> None:
    """A paper form uploaded with a file name that reveals the person."""
    file = SimpleUploadedFile(f"{NAME} {STREET} {PHONE}.png", A_PICTURE, content_type="image/png")
    sent = matrix.client(Who.CASE).post(reverse("casework:scans"), {"received": "post", "scans": file})
    assert sent.status_code == 302
    assert Scan.objects.filter(person=None).count() == 2


def _start(matrix: Matrix) -> list[str]:
    """All addresses of the table, with every object. New pages are included through their row."""
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
        # A log reviewer sees the viewed person only as the reference held by the log.
        logged = set(planted.kinds["person"]) if who == Who.REVIEWER and "/logggranskning/" in address else set()
        assert not [each for each in planted.references - logged if each.lower() in text], address
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
            # Addresses about a person take objects of their own kind, and the person.
            for reference in {*planted.kinds.get(row.of, []), planted.person.reference}:
                response = client.get(row.address(reference))
                assert response.status_code in (302, 403, 404), row
                assert not _found(response.text.lower() if not response.streaming else "", planted), row


def test_print_files_manifests_and_file_names_hold_no_trace(world: tuple[Matrix, Planted]):
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


@pytest.mark.parametrize("who", [who for who in WITHOUT if who != Who.VISITOR])
def test_no_form_response_shows_a_trace(world: tuple[Matrix, Planted], who: Who):
    matrix, planted = world
    client = matrix.client(who)
    for row in all_rows():
        if row.method == "post" and who in row.who and row.name not in LEAVES:
            found = matrix.objects[row.of] if row.of else ""
            for reference in found.values() if isinstance(found, dict) else [found]:
                response = client.post(row.address(reference), row.data, follow=True)
                assert not _found(text_of(response.content) if not response.streaming else "", planted), row


def test_database_error_names_no_person(world: tuple[Matrix, Planted], monkeypatch):
    """Neither the page nor the log repeats the refused row."""
    matrix, planted = world

    def fail(**_asked: object) -> None:
        with transaction.atomic():
            make.PersonFactory.create(
                identity_number=planted.person.identity_number, family_name=NAME, street=STREET, phone=PHONE
            )

    monkeypatch.setattr(import_module("desk.views.people"), "person_page", fail)
    console = next(
        each for each in logging.getLogger().handlers if any(isinstance(f, WithoutRows) for f in each.filters)
    )
    log = io.StringIO()
    monkeypatch.setattr(console, "stream", log)
    client = matrix.client(Who.SENIOR)
    client.raise_request_exception = False
    response = client.get(reverse("casework:person", args=[matrix.town.spouse.reference]))

    assert response.status_code == 500
    assert "choices_person_identity_number_key" in log.getvalue()
    assert not _found(f"{response.text}{log.getvalue()}".lower(), planted)


def test_import_errors_name_no_person(world: tuple[Matrix, Planted], tmp_path, caplog):
    """A file with the person's row, wrong in each column: errors only point at places in the file."""
    _matrix, planted = world
    number = planted.person.identity_number
    path = tmp_path / "personer.csv"
    path.write_text(
        f"personnummer;fornamn;efternamn;gatuadress\n{number[:-1]}x;Xylofina;{NAME};{STREET}\n{number};;;\n"
    )
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises((CommandError, SystemExit)) as refused:
        call_command("import_file", "persons", str(path), stdout=out, stderr=err)
    said = f"{out.getvalue()}{err.getvalue()}{refused.value}{caplog.text}".lower()
    assert said.strip()
    assert not _found(said, planted)


# The scope of a page, its gate check, and the page: with both disabled, the crawl must report it.
OFF = {
    "desk.people": ("desk.views.people", "casework:people"),
    "desk.queues": ("desk.views.queues", "casework:queue"),
    "administration.runs.people": ("administration.runs.views.details", "casework:run_people"),
    "administration.exits.selectors": ("administration.exits.views", "casework:exit"),
    "administration.rounds.follow_up": ("administration.rounds.views", "casework:round_unanswered"),
}


@pytest.mark.parametrize("place", OFF)
def test_crawl_detects_a_disabled_gate(world: tuple[Matrix, Planted], monkeypatch, place: str):
    matrix, planted = world
    view, name = OFF[place]
    client = matrix.client(Who.CASE)
    row = next(row for row in all_rows() if row.name == name and row.method == "get")
    found = matrix.objects[row.of] if row.of else ""
    address = row.address(found[Case.OWN] if isinstance(found, dict) else found)

    def shown() -> list[str]:
        text = client.get(address).text.lower()
        return [reference for reference in planted.references if reference.lower() in text]

    assert shown() == []
    everybody = Person.objects.filter(merged_into__isnull=True)
    monkeypatch.setattr(import_module(place), "visible_persons", lambda **_asked: everybody)
    monkeypatch.setattr(import_module(view), "disclose", lambda **_asked: None)
    assert shown() != []


def test_audit_log_of_actions_names_no_person(world: tuple[Matrix, Planted]):
    _matrix, planted = world
    for event in Event.objects.all():
        said = json.dumps([event.before, event.after, event.data, event.object_reference], default=str).lower()
        assert not _found(said, planted), event


def test_crawl_finds_the_traces_with_the_right(world: tuple[Matrix, Planted]):
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
