"""The PDF, read back."""

import io
from collections import defaultdict
from xml.etree import ElementTree

import pdfplumber
import pikepdf
import pytest
from django.test import override_settings
from fontTools.ttLib import TTFont
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

import common.pdf
from common.pdf import StaticFetcher
from letters import samples
from letters.address import Address, address_lines
from letters.models import Language, LetterKind
from tests.letters.sample import (
    APPEAL,
    facts,
    in_window,
    letter,
    pdf_of,
    text_of,
    wholly_in_window,
    words_on_first_page,
)

UNMET = [
    {"provider": f"Utförare {rank} med långt namn", "rank": rank, "why": why, "place": place}
    for rank, why, place in [
        (1, "ceiling", 4),
        (2, "share", 12),
        (3, "guarantee_reserved", 3),
        (4, "behind_waiting", 9),
    ]
]

EXTREME = [
    Address("Asta", "Provsson", street="Provgränd 1", postal_code="14785", town="Tumba"),
    Address("W" * 80, "M" * 80, "W" * 60, "M" * 60, "12345", "W" * 27),
    Address(
        "Anna-Margareta Elisabet", "von Provenstierna-Lindencrona", "Å" * 60, "Ö" * 60, "FI-00100", "Å" * 27, "W" * 40
    ),
]


@pytest.mark.parametrize("address", EXTREME)
def test_only_the_address_is_in_the_window_and_8_mm_around_it(address):
    lines = address_lines(address)
    words = words_on_first_page(pdf_of(facts(address=lines, name=f"{address.given_name} {address.family_name}"[:90])))
    near = [word for word in words if in_window(word, margin=8)]
    assert " ".join(word["text"] for word in near) == " ".join(lines)
    assert all(wholly_in_window(word) for word in near)
    assert all(word["size"] >= 10 for word in near)
    rows = defaultdict(list)
    for word in near:
        rows[round(word["top"])].append(word["x0"])
    edges = [min(row) for row in rows.values()]
    assert len(rows) == len(lines)
    assert max(edges) - min(edges) < 0.5


@pytest.mark.parametrize("language", Language.values)
def test_ordinary_letter_is_one_page(language):
    with pdfplumber.open(io.BytesIO(pdf_of(facts(language=language, wish_rank=2, unmet=UNMET[:1])))) as pdf:
        assert len(pdf.pages) == 1


def test_no_answer_letter_with_an_appeal_notice_is_one_page():
    given = facts(answered=False, choice=None, how="no_answer_kept", before="Björkens omsorg", wish_rank=None)
    with pdfplumber.open(io.BytesIO(pdf_of(given | {"appeal": APPEAL}))) as pdf:
        assert len(pdf.pages) == 1


@pytest.mark.parametrize("language", Language.values)
def test_longest_letter_is_two_pages_and_each_page_identifies_it(language):
    content = pdf_of(facts(language=language, how="wish", wish_rank=5, unmet=UNMET, appeal=APPEAL))
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 2
        assert all("K7M2PX9TQ4WD" in page.extract_text() for page in pdf.pages)


def test_same_facts_give_the_same_bytes():
    assert pdf_of(facts()) == pdf_of(facts())
    assert pdf_of(facts()) != pdf_of(facts(reference="OTHER2345678"))


def test_text_is_as_expected():
    text = text_of(pdf_of(facts(wish_rank=2, unmet=UNMET[:1])))
    for words in (
        "Provköpings kommun",
        "Du får Björkens omsorg från den 1 januari 2021",
        "Du står ungefär på plats 4–6 i kön till Utförare 1 med långt namn.",
        "Det här ändras inte",
        "Annars behöver du inte göra något.",
        "08-465 004 00",
        "08-465 004 55",
        "Karin Provholm",
        "Gäller: Anna-Greta Maria Provström",
        "23 november 2020",
    ):
        assert words in text


def test_markup_in_a_name_is_text():
    assert "<b>Asta</b> & Co" in text_of(pdf_of(facts(name="<b>Asta</b> & Co")))


def test_pdf_is_tagged_titled_in_a_language_and_declares_both_standards():
    with pikepdf.open(io.BytesIO(pdf_of(facts(language="fi")))) as pdf:
        assert pdf.Root.Lang == "fi"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert "/StructTreeRoot" in pdf.Root
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "2A"
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
            assert metadata["dc:title"] == str(pdf.docinfo.Title) != ""
        assert pdf.trailer.ID[0] == pikepdf.String("K7M2PX9TQ4WD")


def test_all_fonts_are_embedded_and_are_inter():
    with pikepdf.open(io.BytesIO(pdf_of(facts()))) as pdf:
        fonts = pdf.pages[0].Resources.Font
        for font in fonts.values():
            descendant = font.DescendantFonts[0]
            assert "Inter" in str(descendant.BaseFont)
            assert "/FontFile2" in descendant.FontDescriptor or "/FontFile3" in descendant.FontDescriptor
        assert len(fonts) == 2


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/x.png",
        "https://example.org/x.png",
        "file:///etc/passwd",
        "data:text/plain,x",
        "ftp://127.0.0.1/x",
        "static:///../manage.py",
        "static:///%2e%2e/manage.py",
        "static:////etc/passwd",
        "static://host/fkui/fonts/Inter-Regular.woff2",
        "static:///no/such/file.png",
    ],
)
def test_renderer_fetches_only_static_files(url):
    with pytest.raises(Exception, match=r"static file|path component|base path|no static"):
        StaticFetcher().fetch(url)
    with pytest.raises(FatalURLFetchingError):
        HTML(string=f'<img src="{url}">', url_fetcher=StaticFetcher()).render()


def test_static_files_are_served_and_fonts_decompressed():
    font = StaticFetcher().fetch("static:///fkui/fonts/Inter-Regular.woff2").read()
    assert TTFont(io.BytesIO(font), checkChecksums=2)["name"].getDebugName(1) == "Inter"


def test_static_files_are_served_from_the_collected_folder(tmp_path):
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "x.svg").write_bytes(b"picture")
    with override_settings(STATIC_ROOT=tmp_path):
        assert StaticFetcher().fetch("static:///fonts/x.svg").read() == b"picture"


@pytest.mark.parametrize("kind", LetterKind.values)
def test_page_read_as_xml_is_the_same_document(kind: str, monkeypatch: pytest.MonkeyPatch):
    """The forgiving parser is used where a page is no XML, and each object is then written as pydyf writes it."""
    now = [letter(kind, "sv", data) for data in ("ordinary", "extreme")]

    def refuse(_page: str) -> None:
        raise ElementTree.ParseError

    monkeypatch.setattr(ElementTree, "fromstring", refuse)
    monkeypatch.setattr(common.pdf, "_Written", lambda made: made)
    assert [pdf_of(getattr(samples, data)(kind, "sv")) for data in ("ordinary", "extreme")] == now
