"""The secrecy gate: its rules, its use on every page, and detection of a page without it."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.roles import Right, Role
from audit.access_reasons import reasons_given
from audit.models import Read
from choices.address_looks import answer, ask_for_address
from choices.models import Mandate, MandateHolder, Person
from secrecy.gate import Party, Purpose, Refused, allows, disclose
from secrecy.reasons import says_something
from tests import factories as make
from tests.access.conftest import sessions
from tests.access.objects import make_objects
from tests.access.planted import NAME, PHONE, STREET, plant
from tests.access.rows import Case, Who
from tests.access.table import all_rows
from tests.town import Town, say_why
from tests.world import LONG_AGO, staff

OPEN, HIDDEN = Party("OPENPERSON", is_protected=False), Party("HIDDENPERSON", is_protected=True)
WITHOUT = Actor("x", frozenset({Right.SEE_PERSONS}), user_id=1)
WITH = Actor("y", frozenset({Right.SEE_PERSONS, Right.SEE_PROTECTED}), user_id=2)

IN_FULL = {Purpose.PAGE, Purpose.LETTER, Purpose.FILE}
AS_A_ROW = {Purpose.LIST, Purpose.SEARCH, Purpose.COUNT}


@pytest.mark.parametrize("purpose", Purpose)
def test_gate_rule_of_each_output(purpose):
    assert allows(actor=WITHOUT, concerned=[OPEN], purpose=purpose)
    assert not allows(actor=WITHOUT, concerned=[OPEN, HIDDEN], purpose=purpose)
    assert allows(actor=WITH, concerned=[OPEN, HIDDEN], purpose=purpose) == (purpose in AS_A_ROW)
    with reasons_given({"HIDDENPERSON": "Ringde om sitt val"}):
        assert allows(actor=WITH, concerned=[HIDDEN], purpose=purpose) == (purpose in IN_FULL | AS_A_ROW)
        # A reason is valid for one person only.
        other = Party("OTHERPERSON", is_protected=True)
        assert allows(actor=WITH, concerned=[HIDDEN, other], purpose=purpose) == (purpose in AS_A_ROW)


@pytest.mark.django_db
def test_granted_access_is_logged_and_refused_access_is_not():
    actor = staff("karin", Role.CASE_OFFICER)
    with pytest.raises(Refused):
        disclose(actor=actor, concerned=[OPEN, HIDDEN], purpose=Purpose.PAGE, what="person")
    assert not Read.objects.exists()

    disclose(actor=actor, concerned=[OPEN, OPEN], purpose=Purpose.PAGE, what="person")
    assert list(Read.objects.values_list("person_reference", "what")) == [("OPENPERSON", "person")]


@pytest.mark.parametrize("text", ["..........", "          ", "aaaaaaaaaaaa", "1234567890", "ok", "asdf asdf asdf"])
def test_reason_must_be_meaningful(text):
    assert not says_something(text)
    assert says_something("Ringde om sitt val")


# Templates about one person, opened with a reason if needed. All others list people in rows.
ABOUT_ONE = {
    *("desk/_who.html", "desk/manual_placement.html", "desk/call.html", "desk/choice.html", "desk/mandate.html"),
    *("desk/offer.html", "desk/person.html", "desk/person/_facts.html", "desk/person/_household.html"),
    *("administration/runs/why.html", "oversight/secrecy/address.html", "oversight/secrecy/protection.html"),
    *("oversight/followup/complaint.html", "oversight/followup/delay_reason.html"),
    *("oversight/followup/new_complaint.html", "letters/choice_form.html"),
    *("provider_portal/client.html", "provider_portal/orders/order.html", "provider_portal/orders/paper.html"),
    "letters/choice_form.html",
    *("desk/absences.html", "desk/looks.html", "provider_portal/payment/absences.html"),
}
IN_THE_OPEN = re.compile(
    r"\{\{[^}]*\b(?:person|each|member|client)\.(?:full_name|given_name|family_name|phone|street|birth_date|town)\b"
)


def test_templates_with_person_rows_use_the_gated_view():
    folder = Path(settings.BASE_DIR) / "templates"
    found = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.html")
        if IN_THE_OPEN.search(path.read_text()) and "citizens" not in path.parts
    }
    assert found - ABOUT_ONE == set()
    assert IN_THE_OPEN.search("{{ person.phone|tel }}")
    assert IN_THE_OPEN.search("{{ row.person.birth_date }}")
    assert not IN_THE_OPEN.search("{{ person.listed.phone }}")


# Accesses logged outside the gate: the given reason.
LOGS_ITSELF = {"staff_ui/reasons.py"}


def test_no_view_logs_access_outside_the_gate():
    rooms = ("administration", "citizens", "desk", "oversight", "signin", "staff_ui")
    files = [path for room in rooms for path in (Path(settings.BASE_DIR) / room).rglob("*.py")]
    logging = re.compile(r"\brecord_(?:reads|search)\(")
    found = {str(path.relative_to(settings.BASE_DIR)) for path in files if logging.search(path.read_text())}
    assert found == LOGS_ITSELF


def _unasked(town: Town, addresses: list[str], client: Client) -> list[str]:
    """Pages that name a person without a gate check in the request: reference or family name, no logged access."""
    people = dict(Person.objects.values_list("reference", "family_name"))
    found = []
    for address in addresses:
        before = Read.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        response = client.get(address)
        if response.streaming:
            # Read to the end to close the file.
            list(response.streaming_content)
        if response.status_code != 200 or response.streaming or not response["Content-Type"].startswith("text/html"):
            continue
        asked = set(Read.objects.filter(pk__gt=before).values_list("person_reference", flat=True))
        shown = {reference for reference in people if f"/personer/{reference}/" in response.text}
        if shown - asked:
            found.append(address)
    return found


def _addresses(objects) -> list[str]:
    rows = [row for row in all_rows() if row.method == "get" and row.name.startswith("casework:")]
    found = [objects[row.of] if row.of else "" for row in rows]
    return sorted(
        {row.address(each[Case.OWN] if isinstance(each, dict) else each) for row, each in zip(rows, found, strict=True)}
    )


# Places where the gate is disabled by the test, and the URL that must be reported.
LEAKS = {
    "desk.views.people.disclose": "casework:person",
    "desk.views.choices.disclose": "casework:new_choice",
    "desk.views.calls.disclose": "casework:call",
    "desk.views.mandates.disclose": "casework:new_mandate",
    "administration.exits.views.disclose": "casework:exit",
}


def test_every_person_page_checks_the_gate_and_a_missing_check_is_detected(town: Town, monkeypatch):
    objects = make_objects(town)
    make.PlacementFactory.create(person=_client_of_exit(town), contract=town.companies[3].contracts.first())
    client = Client()
    client.cookies["sessionid"] = sessions(town)[Who.SENIOR]
    addresses = _addresses(objects)

    assert _unasked(town, addresses, client) == []

    for place, name in LEAKS.items():
        with monkeypatch.context() as off:
            module, _, gate = place.rpartition(".")
            off.setattr(import_module(module), gate, lambda **_asked: None)
            own = [each for each in addresses if each in _of(name, objects)]
            assert own
            assert _unasked(town, own, client) == own, place


def _of(name: str, objects) -> set[str]:
    rows = [row for row in all_rows() if row.name == name and row.method == "get"]
    return {row.address(each[Case.OWN] if isinstance(each := objects[row.of], dict) else each) for row in rows}


def _client_of_exit(town: Town) -> Person:
    person = make.PersonFactory.create(area=town.areas[0], family_name="Exitsson")
    make.CareDecisionFactory.create(person=person)
    return person


@pytest.fixture
def senior(signed_in) -> Client:
    return signed_in(Role.SENIOR_OFFICER)


def _find(client: Client, words: str) -> str:
    response = client.post(reverse("casework:find"), {"q": words})
    if response["Location"] != reverse("casework:find"):
        return response["Location"]
    return client.get(reverse("casework:find")).text


def test_search_words_never_match_protected_data(town: Town, senior: Client):
    person = plant(town).person
    for words in (NAME, STREET, PHONE, "Xylofina", person.identity_number[:8], NAME[:-1] + "x"):
        assert person.reference not in _find(senior, words), words
    senior.post(reverse("casework:people"), {"name": NAME})
    assert person.reference not in senior.get(reverse("casework:people")).text
    senior.post(reverse("casework:people"), {"provider": town.companies[0].code})
    assert person.reference not in senior.get(reverse("casework:people")).text

    assert person.reference in _find(senior, person.identity_number)
    assert person.reference in _find(senior, person.reference)


def test_protected_people_are_last_in_lists_without_details(town: Town, senior: Client):
    person = plant(town).person
    Person.objects.filter(pk=person.pk).update(family_name="Aaaaaa", sort_name="aaaaaa")
    page = senior.get(reverse("casework:people"))

    order = [each.is_protected for each in page.context["page"]]
    assert order == sorted(order)
    row = page.text.split(f"/personer/{person.reference}/")[1].split("</tr>")[0]
    cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
    assert set(cells) == {"–"}


def test_letter_copy_checks_its_recipient_too_and_logs_both(town: Town, senior: Client):
    planted = plant(town).person
    mandate = town.person.mandates.filter(holders__identity_number=planted.identity_number).get()
    copy = make.LetterFactory.create(
        person=town.person, run=town.run, rendered=True, holder=_of_number(mandate, planted)
    )
    page = reverse("casework:letter", args=[copy.reference])
    # Without the right to see protected people, the existence of a copy is hidden too.
    assert senior.get(page)["Location"].startswith(reverse("casework:reason", args=[planted.reference]))
    say_why(senior, planted)
    assert senior.get(page)["Location"] == reverse("casework:address", args=[planted.reference])

    asking = Actor.staff(town.staff[Role.SENIOR_OFFICER])
    asked = ask_for_address(person=planted, reason="Ska skickas för hand", actor=asking)
    answer(asked=asked, approve=True, actor=staff("other", Role.SENIOR_OFFICER))
    assert senior.get(page)["Content-Type"] == "application/pdf"
    assert set(Read.objects.filter(what="letter").values_list("person_reference", flat=True)) == {
        town.person.reference,
        planted.reference,
    }


def _of_number(mandate: Mandate, person: Person) -> MandateHolder:
    return mandate.holders.get(identity_number=person.identity_number)


@pytest.mark.parametrize("protected", [True, False])
def test_representative_form_does_not_reveal_protection(town: Town, signed_in, protected):
    """Adding a representative by number gives the same page for protected and unprotected people."""
    holder = make.PersonFactory.create(family_name="Ombudsson", phone="070-174 06 55", confidential=protected)
    mandate = make.MandateFactory.create(person=town.spouse, valid_from=LONG_AGO)
    mandate.holders.all().delete()
    mandate.holders.create(name="Olle Ombudsson", phone="070-174 06 55", identity_number=holder.identity_number)
    client = signed_in(Role.CASE_OFFICER)
    for name in ("casework:person", "casework:new_choice"):
        text = client.get(reverse(name, args=[town.spouse.reference])).text
        assert "Företrädare" in text
        assert "Ombudsson" not in text
        assert "skyddade" not in text.lower()
        assert "070-174 06 55" not in text


def test_phone_numbers_of_protected_people_are_not_listed(town: Town, senior: Client):
    person = plant(town).person
    make.PlacementFactory.create(
        person=make.PersonFactory.create(confidential=True, phone="070-174 06 77", area=town.areas[0]),
        contract=town.companies[3].contracts.first(),
    )
    for address in (
        reverse("casework:exit", args=[town.exit.reference]),
        reverse("casework:calls", args=[town.run.reference]),
    ):
        page = senior.get(address)
        assert page.status_code == 200
        assert "070-174 06 77" not in page.text
        assert person.phone not in page.text


def test_scan_search_and_unlinked_scan_views_are_logged(town: Town, signed_in):
    from desk.scans import path_of
    from letters.files import write_whole

    client = signed_in(Role.CASE_OFFICER)
    write_whole(path_of(town.scan), b"x")
    client.post(reverse("casework:scan", args=[town.scan.reference]), {"q": "Qqqqqq"})
    assert Read.objects.get(what="scan.find.search").hits == 0

    list(client.get(reverse("casework:scan_file", args=[town.scan.reference])).streaming_content)
    assert town.scan.reference in Read.objects.get(what="scan.search").search


def test_print_preview_is_deleted_after_printing(town: Town, senior: Client):
    batch = make_objects(town)["batch"]
    from letters.models import PrintBatch

    page = reverse("casework:batch_file", args=[batch, "letters-001.pdf"])
    found = PrintBatch.objects.get(reference=batch)
    found.letters.add(town.letter)
    list(senior.get(page).streaming_content)
    Person.objects.filter(pk=town.person.pk).update(confidential=True)
    # The same refusal for everybody.
    assert senior.get(page).status_code == 404
    Person.objects.filter(pk=town.person.pk).update(confidential=False)
    PrintBatch.objects.filter(pk=found.pk).update(
        status="handed_over", approved_at=found.created_at, handed_over_at=found.created_at
    )
    assert senior.get(page).status_code == 404
    assert "letters-001.pdf" not in senior.get(reverse("casework:batch", args=[batch])).text
