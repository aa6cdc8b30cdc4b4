"""Checks of PDF/A-2a and PDF/UA-1 that work without veraPDF: structure, text, fonts, metadata.

veraPDF is in no package registry in use. Not checked: width and meaning of every glyph, the content of the colour
profile, and the logic of the reading order (a test reads the words in that order).
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

_KNOWN = {
    *("Table", "THead", "TBody", "TR", "TH", "TD"),
    "Document",
    "Part",
    "Art",
    "Sect",
    "Div",
    "H",
    "H1",
    "H2",
    "H3",
    "P",
    "L",
    "LI",
    "Lbl",
    "LBody",
    "Figure",
    "Span",
    "Link",
    "NonStruct",
}
_DC, _A, _UA = (
    "{http://purl.org/dc/elements/1.1/}",
    "{http://www.aiim.org/pdfa/ns/id/}",
    "{http://www.aiim.org/pdfua/ns/id/}",
)


def faults(content: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [*_document(pdf), *_structure(pdf), *_pages(pdf), *_fonts(pdf)]


def _document(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if not str(root.get("/Lang", "")):
        yield "no language"
    if not root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked", False):
        yield "not marked as tagged"
    if not root.get("/ViewerPreferences", pikepdf.Dictionary()).get("/DisplayDocTitle", False):
        yield "the title is not shown"
    if "/OutputIntents" not in root:
        yield "no colour profile"
    if pdf.is_encrypted:
        yield "encrypted"
    for name in ("/AcroForm", "/OpenAction", "/AA"):
        if name in root:
            yield f"has {name}"
    with pdf.open_metadata() as metadata:
        if not metadata.get(f"{_DC}title"):
            yield "no title"
        if (metadata.get(f"{_A}part"), metadata.get(f"{_A}conformance")) != ("2", "A"):
            yield "does not claim PDF/A-2a"
        if metadata.get(f"{_UA}part") != "1":
            yield "does not claim PDF/UA-1"


def _structure(pdf: pikepdf.Pdf) -> Iterator[str]:
    tree = pdf.Root.get("/StructTreeRoot")
    if tree is None:
        yield "no structure"
        return
    roles = {str(key)[1:]: str(value)[1:] for key, value in tree.get("/RoleMap", {}).items()}
    level = 0
    for element in _elements(tree.get("/K")):
        name = str(element.S)[1:]
        tag = roles.get(name, name)
        if tag not in _KNOWN:
            yield f"unknown tag {tag}"
        if tag == "TD" and not element.get("/A", {}).get("/Headers"):
            yield "a cell without its headings"
        if tag == "Figure" and not str(element.get("/Alt", "")):
            yield "a picture without a text"
        if heading := re.fullmatch(r"H([1-6])", tag):
            if int(heading[1]) > level + 1:
                yield f"heading {heading[1]} after {level}"
            level = int(heading[1])
    if level == 0:
        yield "no heading"


def _elements(kids: Any) -> Iterator[Any]:
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            if "/K" in kid:
                yield from _elements(kid.K)


def _pages(pdf: pikepdf.Pdf) -> Iterator[str]:
    """All drawn content is in the structure, or marked as an artifact."""
    for page in pdf.pages:
        if str(page.get("/Tabs", "")) not in ("", "/S"):
            yield "tab order is not the structure's"
        depth = 0
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in ("BMC", "BDC"):
                depth += 1
            elif name == "EMC":
                depth -= 1
            elif name in ("Tj", "TJ", "f", "S", "B", "Do") and depth == 0:
                yield f"{name} is neither tagged nor decoration"
            del operands


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        for font in page.Resources.get("/Font", {}).values():
            inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner.FontDescriptor.keys()):
                yield "a font is not embedded"
            if "/ToUnicode" not in font:
                yield "a font without meaning"
