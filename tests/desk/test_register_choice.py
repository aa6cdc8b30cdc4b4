"""A choice by phone or on paper: effective date, chooser, stored form, concurrent officers."""

import datetime
import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event, Read
from choices.models import Choice
from choices.selectors import current_choice_of
from desk.models import Scan
from letters.models import Letter
from letters.services import load_texts
from tests import factories as make
from tests.town import Town
from tests.world import SYSTEM

TODAY = datetime.date(2020, 11, 23)  # a Monday


@pytest.fixture
def officer(signed_in) -> Client:
    load_texts(actor=SYSTEM)
    return signed_in(Role.CASE_OFFICER)


def _address(town: Town, name: str = "new_choice", scan: str = "") -> str:
    return reverse(f"casework:{name}", args=[town.person.reference]) + (scan and f"?blankett={scan}")


def _post(client: Client, town: Town, *, name: str = "new_choice", scan: str = "", **fields: object):
    current = current_choice_of(person=town.person)
    seen = current.reference
    data = {"received": "idag", "channel": "phone", "chooser": "sjalv", "wish1": "vaxtorp", "seen": seen}
    return client.post(_address(town, name, scan), {**data, **fields})


def _current(town: Town) -> Choice:
    choice = current_choice_of(person=town.person)
    assert choice is not None
    return choice


def _pdf(**root: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        for name, value in root.items():
            pdf.Root[f"/{name}"] = value
        pdf.save(out)
    return out.getvalue()


def _file(content: bytes, name: str = "19391204-9800.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_phone_call_is_registered_with_its_receipt(town: Town, officer: Client):
    response = _post(officer, town, wish1="lindens", wish2="vaxtorp", language="fi")

    assert response.url == reverse("casework:person", args=[town.person.reference])
    choice = _current(town)
    assert [wish.provider.code for wish in choice.wishes.all()] == ["lindens", "vaxtorp"]
    assert (choice.received_on, choice.channel, choice.round) == (TODAY, "phone", None)
    assert choice.language_wish == "fi"
    assert choice.registered_by == town.staff[Role.CASE_OFFICER]
    assert Letter.objects.filter(kind="receipt", choice=choice).exists()


def test_choice_is_registered_without_a_letter_text(town: Town, signed_in):
    response = signed_in(Role.CASE_OFFICER).post(
        _address(town),
        {
            "received": "idag",
            "channel": "phone",
            "chooser": "sjalv",
            "wish1": "lindens",
            "seen": _current(town).reference,
        },
        follow=True,
    )

    assert _current(town).channel == "phone"
    assert "Inget kvitto" in response.content.decode()


def test_mail_of_a_monday_counts_from_friday(town: Town, officer: Client):
    _post(officer, town, received="post", channel="paper")

    assert _current(town).received_on == datetime.date(2020, 11, 20)


def test_form_received_within_the_window_belongs_to_the_closed_round(town: Town, officer: Client):
    _post(officer, town, received="annan", day="2020-09-30", channel="paper")

    choice = _current(town)
    assert choice.round == town.round
    assert {wish.queue_date for wish in choice.wishes.all()} == {town.round.closes_on}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"wish1": ""}, "Välj minst en utförare"),
        ({"wish1": "", "wish2": "lindens"}, "lucka i ordningen"),
        ({"wish2": "vaxtorp"}, "Du har valt samma utförare två gånger"),
        ({"declines": "on"}, "inte både välja utförare och låta bli"),
        ({"received": "annan"}, "Skriv vilken dag"),
        ({"received": "annan", "day": "2020-11-24"}, "senare än i dag"),
        ({"received": "annan", "day": "1920-11-20"}, "Då fanns det ingen utförare att välja."),
        ({"received": "annan", "day": "0020-11-20"}, "Fyll i ett giltigt datum"),
        ({"wish1": "finns-inte"}, "finns-inte"),
    ],
)
def test_errors_are_explained_and_nothing_is_written(town: Town, officer: Client, fields, message):
    response = _post(officer, town, **fields)

    assert message in response.content.decode()
    assert town.person.choices.count() == 1


def test_god_man_is_checked_step_by_step(town: Town, officer: Client):
    mandate = town.person.mandates.get()
    assert "samtycker" in officer.get(_address(town)).content.decode()

    response = _post(officer, town, chooser=str(mandate.pk))
    assert "Du har inte kryssat för" in response.content.decode()
    assert town.person.choices.count() == 1

    steps = {f"step{mandate.pk}_{code}": "on" for code in ("seen", "covers", "consent")}
    _post(officer, town, chooser=str(mandate.pk), **steps)
    assert _current(town).mandate == mandate
    assert _current(town).assured == ["consent", "covers", "seen"]


def test_representative_is_added_and_can_choose(town: Town, officer: Client):
    address = reverse("casework:new_mandate", args=[town.spouse.reference])
    data = {
        "kind": "relative", "name": "Maja Makesson", "others": "Bo Makesson", "scope": "Val av hemtjänst",
        "evidence": "Läkarintyg", "first_day": "2020-01-01",
    }  # fmt: skip
    response = officer.post(address, data)

    assert response.url == reverse("casework:new_choice", args=[town.spouse.reference])
    page = officer.get(response.url).content.decode()
    assert "Maja Makesson, Bo Makesson (anhörig)" in page
    assert "är överens" in page


def test_correction_keeps_the_wrong_version(town: Town, officer: Client):
    wrong = _current(town)
    page = officer.get(_address(town, "correct_choice")).content.decode()
    assert 'value="2020-09-21"' in page

    _post(officer, town, name="correct_choice", received="annan", day="2020-09-21", channel="paper", wish1="bjorkens")

    choice = _current(town)
    assert (choice.corrects, choice.correction, choice.received_on) == (wrong, "mistake", wrong.received_on)
    assert town.person.choices.count() == 2


def test_second_officer_is_informed_and_keeps_the_input(town: Town, officer: Client, signed_in):
    seen = _current(town).reference
    _post(signed_in(Role.SENIOR_OFFICER), town, wish1="bjorkens")

    response = _post(officer, town, wish1="lindens", seen=seen)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Någon annan hann före" in page
    assert "Björkens hemtjänst" in page
    assert '<option value="lindens" selected>' in page
    assert town.person.choices.count() == 2
    _post(officer, town, wish1="lindens", seen=response.context["form"].data["seen"])
    assert _current(town).wishes.get().provider.code == "lindens"


# --- Files -------------------------------------------------------------------------------------------------


def test_uploaded_form_is_stored_by_reference_and_viewed_on_a_logged_page(town: Town, officer: Client):
    content = _pdf()
    _post(officer, town, channel="paper", file=_file(content))

    scan = Scan.objects.get(choice__isnull=False)
    assert (scan.choice, scan.kind, scan.file_name) == (
        _current(town),
        "application/pdf",
        f"scans/{scan.reference}.pdf",
    )
    response = officer.get(reverse("casework:scan_file", args=[scan.reference]))
    assert b"".join(response.streaming_content) == content
    assert response["Content-Disposition"] == f'inline; filename="{scan.reference}.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert Read.objects.filter(what="scan", person_reference=town.person.reference).count() == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"MZ\x90 a program called form.pdf", "inte en hel PDF"),
        (b"%PDF-1.7 and no more", "går inte att läsa"),
        (b"\xff\xd8\xff\xe0 cut off", "inte en hel PDF"),
        (b"<svg onload='alert(1)'>", "inte en hel PDF"),
        (_pdf(OpenAction=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")), "mer än en bild"),
        (b"\xff\xd8\xff" + b"0" * 10 * 1024 * 1024 + b"\xff\xd9", "för stor"),
    ],
)
def test_file_that_is_no_form_is_refused_under_any_name(town: Town, officer: Client, content, message):
    response = _post(officer, town, channel="paper", file=_file(content))

    assert message in response.content.decode()
    assert Scan.objects.get() == town.scan
    assert town.person.choices.count() == 1


def test_scans_are_pending_until_registered_or_dismissed(town: Town, officer: Client, signed_in):
    jpeg, other = b"\xff\xd8\xff\xe0 a photo \xff\xd9", b"\x89PNG\r\n\x1a\n a picture IEND\xaeB`\x82"
    officer.post(reverse("casework:scans"), {"received": "post", "scans": [_file(jpeg), _file(other, "x.png")]})
    town.scan.delete()
    first, second = Scan.objects.all()
    assert first.received_on == datetime.date(2020, 11, 20)

    page = officer.post(reverse("casework:scan", args=[first.reference]), {"q": town.person.identity_number})
    assert page.url == _address(town) + f"?blankett={first.reference}"
    form = officer.get(page.url).context["form"]
    assert (form["channel"].value(), form["day"].value()) == ("paper", first.received_on)
    _post(officer, town, received="annan", day="2020-11-20", channel="paper", scan=first.reference)
    first.refresh_from_db()
    assert (first.choice, first.person) == (_current(town), town.person)

    officer.post(reverse("casework:scan_put_away", args=[second.reference]), {"reason": "En tom sida"})
    second.refresh_from_db()
    assert second.put_away_why == "En tom sida"
    assert "Inga blanketter väntar" in officer.get(reverse("casework:scans")).content.decode()


def test_form_of_a_protected_person_is_not_found_without_the_permission(town: Town, officer: Client):
    scan = make.ScanFactory.create(person=town.protected)

    for name in ("scan", "scan_file"):
        assert officer.get(reverse(f"casework:{name}", args=[scan.reference])).status_code == 404


def test_same_file_twice_is_one_form(town: Town, officer: Client):
    # One generated PDF: it contains its time of creation in seconds.
    content = _pdf()
    for _ in range(2):
        officer.post(reverse("casework:scans"), {"received": "idag", "scans": [_file(content)]})

    assert Scan.objects.exclude(pk=town.scan.pk).count() == 1


# --- Notes -------------------------------------------------------------------------------------------------


def test_note_is_stored_and_its_text_is_not_logged(town: Town, officer: Client):
    officer.post(reverse("casework:note", args=[town.person.reference]), {"text": "Vill bli uppringd på måndag."})

    note = town.person.notes.get()
    assert note.text == "Vill bli uppringd på måndag."
    event = Event.objects.get(action="note.write")
    assert (event.object_reference, event.data, event.reason) == (note.reference, {}, "")


def test_person_in_another_area_has_no_form(town: Town, signed_in):
    user = town.staff[Role.CASE_OFFICER]
    user.all_areas = False
    user.save()
    user.areas.add(town.areas[1])

    assert signed_in(Role.CASE_OFFICER).get(_address(town)).status_code == 404
