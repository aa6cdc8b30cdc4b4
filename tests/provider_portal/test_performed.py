"""Performed time reported by a provider itself: own rows of own clients, and no trace of others in what is refused."""

import base64
import csv
import datetime
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.roles import Role
from audit.models import Event, Read
from choices import imports
from choices.models import ImportFile, Person
from followup.models import PerformedMonth
from staff_ui.file_forms import NOT_WHOLE
from tests import factories as make
from tests.import_files import as_csv
from tests.world import make_world

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2020, 11, 23)
HEADERS = ["månad", "utförare", "referens", "utförda minuter", "olika personal 14 dagar"]
OCTOBER = datetime.date(2020, 10, 1)
ADDRESS = "/for-utforare/utford-tid/"
NOBODY = "Ingen kund som ni hade den månaden har referensen. Kontrollera månaden, eller ta bort raden."


@pytest.fixture
def world(settings):
    settings.CLOCK_TODAY = TODAY
    return make_world()


def _row(person: Person, *, month: str = "2020-10", provider: str = "p", minutes: str = "570") -> list[str]:
    return [month, provider, person.reference, minutes, "7"]


def _client(world, role: Role = Role.PROVIDER_STAFF) -> Client:
    client = Client()
    client.force_login(make.UserFactory.with_role(role, provider=world.p))
    return client


def _file(*rows: list[str]) -> bytes:
    return as_csv([HEADERS, *rows])


def _show(client: Client, content: bytes):
    return client.post(ADDRESS, {"file": SimpleUploadedFile("tid.csv", content)})


def _take_in(client: Client, content: bytes, *, seen: str | None = None, **more: str):
    """Confirm a file as it is shown now; ``seen``: as it was shown before."""
    if seen is None:
        shown = _show(client, content)
        seen = shown.context["preview"].seen if shown.status_code == 200 else ""
    sent = {"content_64": base64.b64encode(content).decode(), "apply": "1", "seen": seen}
    return client.post(ADDRESS, sent | more)


def test_planner_imports_a_file_and_the_page_lists_what_is_reported(world):
    person, other = world.person(current=world.p, minutes=600), world.person(current=world.p, minutes=600)
    client, content = _client(world), _file(_row(person), _row(other, minutes="300"))

    shown = _show(client, content)
    assert shown.status_code == 200
    assert "2 rader: 2 nya" in " ".join(shown.text.split())
    assert not PerformedMonth.objects.exists()
    assert _take_in(client, content)["Location"] == ADDRESS
    assert set(PerformedMonth.objects.values_list("person", "provider__code", "month", "minutes")) == {
        (person.pk, "p", OCTOBER, 570),
        (other.pk, "p", OCTOBER, 300),
    }
    taken_in = ImportFile.objects.get()
    assert Event.objects.get(action="import.performed").object_reference == str(taken_in.pk)
    month = client.get(ADDRESS).context["months"][0]
    assert (month.month, month.performed.reported, month.quotient) == (OCTOBER, 2, "72,5\N{NO-BREAK SPACE}%")
    assert month.performed.is_for_dialogue
    # The same once more changes nothing.
    assert "Det är inget att läsa in" in _show(client, content).text
    assert _take_in(client, content).status_code == 302
    assert ImportFile.objects.count() == 1


def test_change_between_preview_and_confirmation_is_detected(world):
    person = world.person(current=world.p, minutes=600)
    client, content = _client(world), _file(_row(person, minutes="570"))
    seen = _show(client, content).context["preview"].seen
    # A colleague reports the same month meanwhile, and corrects it.
    colleague = _client(world)
    assert _take_in(colleague, _file(_row(person, minutes="540"))).status_code == 302

    conflict = _take_in(client, content, seen=seen)

    assert conflict.status_code == 409
    assert "Någon annan har ändrat något medan du läste" in conflict.text
    assert PerformedMonth.objects.get().minutes == 540
    assert _take_in(client, content, seen="").status_code == 409
    assert _take_in(client, content, seen=conflict.context["preview"].seen).status_code == 302
    assert PerformedMonth.objects.get().minutes == 570
    # Sent twice: everything is there already.
    assert _take_in(client, content, seen=seen).status_code == 302
    assert ImportFile.objects.count() == 2


def test_another_providers_object_gets_the_same_error_as_one_that_does_not_exist(world):
    own = world.person(current=world.p)
    hidden = world.person(current=world.p, confidential=True)
    others, hidden_elsewhere = world.person(current=world.q), world.person(current=world.q, confidential=True)
    before = world.person(current=world.p)
    before.placements.update(valid_until=datetime.date(2020, 10, 1))
    nobody = Person(reference="INGENALLS")
    planner, named = _client(world), _client(world, Role.PROVIDER_PROTECTED)

    def refused(client: Client, row: list[str]) -> list[tuple[int, str, str]]:
        content = _file(_row(own), row)
        response = _show(client, content)
        assert response.status_code == 422
        assert _take_in(client, content).status_code == 422
        return [(each.row, each.column, each.message) for each in response.context["problems"]]

    for stranger in (hidden, others, hidden_elsewhere, before, nobody):
        assert refused(planner, _row(stranger)) == [(3, "referens", NOBODY)]
        # Twice, or with too much time, tells no more of them.
        assert refused(planner, _row(stranger, minutes="89280")) == [(3, "referens", NOBODY)]
    for stranger in (others, hidden_elsewhere, before, nobody):
        assert refused(named, _row(stranger)) == [(3, "referens", NOBODY)]
    # A file in the name of another provider, also of a client who is the provider's own.
    for provider in ("q", "kommunen", "okänd"):
        for person in (own, others, nobody):
            row = _row(person, provider=provider)
            assert refused(planner, row) == [(3, "utförare", "Värdet finns inte. Skriv något av: p.")]
    assert not PerformedMonth.objects.exists()
    assert not ImportFile.objects.exists()


def test_the_named_report_protected_clients_too(world):
    hidden = world.person(current=world.p, confidential=True)
    assert _take_in(_client(world, Role.PROVIDER_PROTECTED), _file(_row(hidden))).status_code == 302
    assert PerformedMonth.objects.get().person == hidden


def test_a_client_of_the_month_is_reported_also_when_they_have_left(world):
    left = world.person(current=world.p)
    left.placements.update(valid_until=datetime.date(2020, 10, 2))
    make.PlacementFactory.create(person=left, contract=world.contracts["q"], valid_from=datetime.date(2020, 10, 2))
    assert _take_in(_client(world), _file(_row(left, minutes="20"))).status_code == 302
    assert PerformedMonth.objects.get().person == left


def test_too_much_performed_time_needs_a_confirmation_by_the_provider(world):
    person = world.person(current=world.p, minutes=600)
    # Help granted later, and elsewhere, is not the provider's to know of.
    make.CareDecisionFactory.create(
        person=person, minutes=80_000, valid_from=TODAY, service_type=make.ServiceTypeFactory.create(code="annan")
    )
    client, content = _client(world), _file(_row(person, minutes="34200"))
    code = _show(client, content).context["preview"].doubts_code
    assert _take_in(client, content).status_code == 422
    assert not PerformedMonth.objects.exists()

    table = imports.read("performed", content)
    actor = Actor.staff(make.UserFactory.with_role(Role.PROVIDER_STAFF, provider=world.p))
    for role, provider in ((Role.PROVIDER_STAFF, world.q), (Role.PROVIDER_ADMIN, world.p), (Role.ADMIN, None)):
        stranger = make.UserFactory.with_role(role, provider=provider) if provider else make.UserFactory.with_role(role)
        yes = imports.DoubtsApproval(by=stranger.username, code=code)
        with pytest.raises(imports.ImportRefused):
            imports.apply(kind="performed", table=table, actor=actor, yes=yes)
    assert _take_in(client, content, yes=code).status_code == 302
    assert PerformedMonth.objects.get().minutes == 34_200


def test_bad_files_are_told_in_words(world):
    client = _client(world)
    for content in (b"", b"\x00\x01", "namn;personnummer\r\nÅsa;1\r\n".encode(), b"PK\x03\x04nothing"):
        response = _show(client, content)
        assert response.status_code == 422
        assert response.context["problems"]
    for sent in ("%%%", "å", "\ufeff"):
        response = client.post(ADDRESS, {"apply": "1", "content_64": sent})
        assert (response.status_code, response.context["problems"][0].message) == (422, str(NOT_WHOLE))
    assert client.post(ADDRESS).status_code == 422


def test_other_files_are_not_for_a_provider(world):
    actor = Actor.staff(make.UserFactory.with_role(Role.PROVIDER_STAFF, provider=world.p))
    for kind in set(imports.kinds()) - {"performed"}:
        with pytest.raises(PermissionDenied):
            imports.preview(kind=kind, table=imports.read(kind, _file()), actor=actor)


def test_the_references_are_of_clients_that_may_be_seen_and_nobody_protected(world):
    own = world.person(current=world.p, family_name="Egen")
    world.person(current=world.p, confidential=True)
    world.person(current=world.q)
    for role in (Role.PROVIDER_STAFF, Role.PROVIDER_PROTECTED):
        response = _client(world, role).get(reverse("portal:performed_references"))
        rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
        assert [(row["referens"], row["efternamn"]) for row in rows] == [(own.reference, "Egen")]
    assert set(Read.objects.filter(what="own_references").values_list("person_reference", flat=True)) == {own.reference}
