"""The paper form, read back: the questions of the pages, the envelope window, and a code that finds the person."""

import io

import pdfplumber
import pikepdf
import pytest
import zxingcpp
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.actors import Actor
from accounts.roles import Role
from choices import wording
from desk.search import find
from letters.models import PaperForm
from letters.services import paper_form
from tests import factories as make
from tests.citizens.signing_in import as_citizen
from tests.letters.pdf_ua import faults
from tests.town import Town

MM = 72 / 25.4


def _faults(content: bytes) -> list[str]:
    """Accessibility metadata: the form is filled in and scanned again, so the file itself is not archived."""
    return [fault for fault in faults(content) if fault not in ("no colour profile", "does not claim PDF/A-2a")]


def _form(person, **fields):
    return paper_form(person=person, actor=Actor.citizen(person=person.reference), **fields)


def _pages(content: bytes):
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        pictures = [page.to_image(resolution=200).original.convert("L") for page in pdf.pages]
        return [page.extract_words() for page in pdf.pages], pictures


def test_form_has_two_pages_with_every_web_question(town: Town):
    form, content = _form(town.person)

    words, pictures = _pages(content)
    text = " ".join(word["text"] for page in words for word in page)

    assert len(words) == 2
    for question in ("WANT", "RANK", "QUEUE", "INTERIM", "TOGETHER", "LANGUAGE", "WANT_NO", "QUEUE_NO", "INTERIM_YES"):
        assert str(getattr(wording, question)) in text
    for provider in (town.municipal, *town.companies):
        assert provider.name in text
    assert town.person.full_name in text
    assert town.person.identity_number[-4:] not in text
    assert town.person.street not in text
    # A single sheet still identifies its person.
    assert [[code.text for code in zxingcpp.read_barcodes(picture)] for picture in pictures] == [[form.reference]] * 2
    assert _faults(content) == []


def test_only_the_return_address_is_in_the_envelope_window(town: Town):
    _ref, content = _form(town.person)
    window = settings.LETTER_ENVELOPES[settings.LETTER_ENVELOPE]
    left, top = window["left"] - 8, window["top"] - 8
    right, bottom = window["left"] + window["width"] + 8, window["top"] + window["height"] + 8

    words, _pictures = _pages(content)
    near = [
        word["text"]
        for word in words[0]
        if word["x1"] > left * MM
        and word["x0"] < right * MM
        and word["bottom"] > top * MM
        and word["top"] < bottom * MM
    ]

    assert " ".join(near) == "Provköpings kommun 147 85 Tumba"


def test_joint_question_is_omitted_for_people_living_alone(town: Town):
    _ref, content = _form(make.PersonFactory.create(area=town.areas[0]))

    words, _pictures = _pages(content)

    assert str(wording.TOGETHER) not in " ".join(word["text"] for page in words for word in page)


def test_form_in_finnish(town: Town):
    with override("fi"):
        _ref, content = _form(town.person)

    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.Root.Lang) == "fi"
    assert _faults(content) == []


def test_form_is_reproducible_and_limited_to_its_person(town: Town):
    first, second = _form(town.person)[0], _form(town.person)[0]

    assert first == second
    assert _form(town.spouse)[0] != first
    with pytest.raises(PermissionDenied):
        paper_form(person=town.spouse, actor=Actor.citizen(person=town.person.reference))


def test_desk_finds_the_person_by_the_code(town: Town):
    client = as_citizen(Client(), town.person)
    response = client.post(reverse("citizens:paper_form"))
    form = PaperForm.objects.get(person=town.person)
    assert response["Content-Disposition"] == f'attachment; filename="blankett-{form.reference}.pdf"'

    actor = Actor.staff(town.staff[Role.CASE_OFFICER])
    assert find(text=form.reference, actor=actor).references == [town.person.reference]
    officer = Client()
    officer.force_login(town.staff[Role.CASE_OFFICER])
    scan = officer.post(reverse("casework:scan", args=[town.scan.reference]), {"q": form.reference})

    assert scan.url == reverse("casework:new_choice", args=[town.person.reference]) + f"?blankett={town.scan.reference}"


def test_code_of_a_protected_person_needs_the_permission(town: Town):
    form, _content = paper_form(person=town.protected, actor=Actor.system("test"))

    assert not find(text=form.reference, actor=Actor.staff(town.staff[Role.CASE_OFFICER])).references
