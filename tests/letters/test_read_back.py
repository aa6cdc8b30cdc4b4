"""Each letter read back from its PDF: required content, positions, and accessibility."""

import io

import pdfplumber
import pikepdf
import pytest
import zxingcpp
from PIL import Image

from letters import samples
from letters.models import Language, LetterKind
from tests.letters.pdf_ua import faults
from tests.letters.sample import CASES, in_window, letter, text_of, wholly_in_window


@pytest.mark.parametrize(("kind", "language", "data"), CASES)
def test_every_letter_is_complete_and_accessible(kind, language, data):
    given, content = getattr(samples, data)(kind, language), letter(kind, language, data)
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        pages = [page.extract_words(extra_attrs=["size"]) for page in pdf.pages]
        width, height = pdf.pages[0].width, pdf.pages[0].height
    text = " ".join(word["text"] for page in pages for word in page)
    # A long name may be broken anywhere.
    together = "".join(text.split())
    for fact in (given["name"], given["reference"], given["municipality"]["phone"]):
        assert "".join(fact.split()) in together
    assert "{" not in text
    assert "None" not in text
    near = [word for word in pages[0] if in_window(word, margin=8)]
    assert " ".join(word["text"] for word in near) == " ".join(given["address"])
    assert all(wholly_in_window(word) and word["size"] >= 10 for word in near)
    for number, words in enumerate(pages, start=1):
        foot = [word["text"] for word in words if word["top"] > height - 45]
        assert {str(number), str(len(pages))} <= set(foot)
        # The sheet with an anonymous form is not told by the letter's reference.
        is_anonymous = kind == "survey" and number == len(pages)
        shown = {word["text"] for word in words} if is_anonymous else set(foot)
        assert (given["reference"] in shown) != is_anonymous
        # Printers need a margin of 5 mm; no line may leave the page.
        assert all(14 < word["x0"] < word["x1"] < width - 14 for word in words)
        assert all(14 < word["top"] < word["bottom"] < height - 14 for word in words)
    assert faults(content) == []


@pytest.mark.parametrize("kind", ["invitation", "reminder", "survey"])
@pytest.mark.parametrize("language", Language.values)
def test_qr_code_leads_to_the_page(kind, language):
    given, content = samples.ordinary(kind, language), letter(kind, language, "ordinary")
    assert given["code"] in text_of(content)
    read = {code.format.name: code.text for code in codes_of(content)}
    assert read["QRCode"] == given["url"]


@pytest.mark.parametrize("kind", LetterKind.values)
def test_desk_code_is_the_reference(kind):
    given, content = samples.ordinary(kind, "sv"), letter(kind, "sv", "ordinary")
    assert given["reference"] in {code.text for code in codes_of(content)}


def codes_of(content: bytes) -> list[zxingcpp.Barcode]:
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        image: Image.Image = pdf.pages[0].to_image(resolution=200).original.convert("L")
    return zxingcpp.read_barcodes(image)


def test_check_detects_inaccessible_pdfs():
    """A PDF without tags, title or language, or with an external font, fails."""
    with pikepdf.open(io.BytesIO(letter("decision", "sv", "ordinary"))) as pdf:
        del pdf.Root.StructTreeRoot
        del pdf.Root.Lang
        for font in pdf.pages[0].Resources.Font.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            for name in ("/FontFile2", "/FontFile3"):
                if name in descriptor:
                    del descriptor[name]
        out = io.BytesIO()
        pdf.save(out)
    found = faults(out.getvalue())
    assert {"no language", "no structure", "a font is not embedded"} <= set(found)
