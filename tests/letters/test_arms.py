"""The municipality's arms on letters: set, replaced, removed, and the letter whole without them."""

import io
import re

import pdfplumber
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.roles import Role
from letters.arms import data_url, digest_in_use
from letters.facts.common import Setting
from letters.models import Arms, LetterKind
from letters.services.arms import remove_arms, set_arms
from tests import factories as make
from tests.letters.pdf_ua import faults
from tests.letters.sample import POINTS_A_MM, facts, pdf_of, text_of
from tests.world import SYSTEM


def _picture(width: int = 300, height: int = 400, kind: str = "PNG", mode: str = "RGBA") -> bytes:
    target = io.BytesIO()
    Image.new(mode, (width, height), "navy").save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize(("width", "height"), [(300, 400), (4000, 400)])
def test_arms_are_in_the_head_above_the_window_and_accessible(db: None, width, height):
    set_arms(content=_picture(width, height), actor=SYSTEM)
    given = facts(arms=digest_in_use())

    content = pdf_of(given)
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        (image,) = pdf.pages[0].images
        assert len(pdf.pages) == 1
    assert image["x0"] >= 20 * POINTS_A_MM - 1
    assert image["x1"] <= (20 + 45) * POINTS_A_MM + 1
    # The window and the 8 mm around it are free.
    assert image["bottom"] <= (47 - 8) * POINTS_A_MM
    assert faults(content) == []
    assert text_of(content) == text_of(pdf_of(given | {"arms": ""}))


def test_letters_name_the_picture_in_use_when_they_are_written(db: None):
    make.MunicipalityFactory.create()
    assert Setting.of(LetterKind.OFFER).shared()["arms"] == ""
    old = set_arms(content=_picture(), actor=SYSTEM)
    new = set_arms(content=_picture(200, mode="RGB", kind="JPEG"), actor=SYSTEM)
    assert set_arms(content=_picture(200, mode="RGB", kind="JPEG"), actor=SYSTEM) == new

    assert Setting.of(LetterKind.OFFER).shared()["arms"] == new.sha256
    # A letter written before is set with its own.
    assert data_url(old.sha256) != data_url(new.sha256)
    remove_arms(actor=SYSTEM)
    assert digest_in_use() == ""
    assert Arms.objects.count() == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", b"<svg/>", _picture()[:60], _picture(6001, 2), _picture()[:8] + bytes(2_000_001)],
    ids=["empty", "pdf", "svg", "truncated", "wide", "large"],
)
def test_what_is_no_picture_is_refused(db: None, content):
    with pytest.raises(ValidationError):
        set_arms(content=content, actor=SYSTEM)
    assert not Arms.objects.exists()


def test_administrator_sets_and_removes_it_on_a_page(db: None):
    make.MunicipalityFactory.create()
    client, address = Client(), reverse("casework:arms")
    client.force_login(make.UserFactory.with_role(Role.ADMIN))

    refused = client.post(address, {"picture": SimpleUploadedFile("vapen.png", b"text")})
    assert refused.status_code == 422
    assert "Det gick inte att läsa bilden." in refused.text
    page = client.post(address, {"picture": SimpleUploadedFile("vapen.png", _picture())}, follow=True)
    assert re.search(r'src="data:image/png;base64,', page.text)
    page = client.post(reverse("casework:arms_remove"), follow=True)
    assert "Breven har ingen bild nu." in page.text
