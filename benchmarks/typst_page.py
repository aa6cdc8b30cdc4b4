"""A letter's page set by Typst: a benchmark only, never sent."""

import datetime
import functools
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from letters.content import Content

_PAGE = """
#set document(title: "Besked", date: datetime(year: 2020, month: 11, day: 23))
#set page(paper: "a4", margin: (top: 16mm, right: 22mm, bottom: 15mm, left: 20mm),
  footer: context [#sys.inputs.reference #h(1fr) #counter(page).display("1 / 1", both: true)])
#set text(font: "Inter", size: 12pt, lang: "sv")
#let letter = json(bytes(sys.inputs.letter))
#text(size: 17pt, weight: "bold", letter.sender)
#place(top + left, dx: 90mm, dy: 31mm, for line in letter.address [#line \\ ])
#v(60mm)
= #letter.title
#text(size: 13pt, letter.lead)
#for section in letter.sections [
  == #section.title
  #for line in section.lines [#line #parbreak()]
]
#text(size: 10pt, letter.closing)
"""

# Otherwise of the moment: the same letter would not have the same bytes.
_WRITTEN = datetime.datetime(2020, 11, 23, tzinfo=datetime.UTC)


def typst_page(content: Content, facts: Mapping[str, Any]) -> Callable[[int], object] | None:
    """Function that sets the page as PDF/A-2a and PDF/UA-1 in one file; None without Typst."""
    try:
        import typst
    except ImportError:
        return None
    letter: dict[str, Any] = {
        "sender": facts["municipality"]["name"],
        "address": facts["address"],
        "title": content.title,
        "lead": content.lead,
        "sections": [
            {"title": section.title, "lines": [*section.lines, *section.paragraphs]} for section in content.sections
        ],
        "closing": " ".join(content.closing),
    }
    folder = _fonts()
    (folder / "page.typ").write_text(_PAGE)
    compiler = typst.Compiler(str(folder / "page.typ"), font_paths=[str(folder)], ignore_system_fonts=True)

    def page(number: int) -> object:
        reference = f"K7M2PX9T{number:04}"
        # Typst caches content: no two paragraphs are the same.
        sections = [
            section | {"lines": [f"{line} {reference}" for line in section["lines"]]} for section in letter["sections"]
        ]
        inputs = {"reference": reference, "letter": json.dumps(letter | {"sections": sections})}
        return compiler.compile(sys_inputs=inputs, format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=_WRITTEN)

    return page


@functools.cache
def _fonts() -> Path:
    """Typst does not read woff2."""
    from django.contrib.staticfiles import finders
    from fontTools.ttLib import TTFont

    folder = Path(tempfile.mkdtemp())
    for weight in ("Regular", "Bold"):
        font = TTFont(finders.find(f"fkui/fonts/Inter-{weight}.woff2"))
        font.flavor = None
        font.save(folder / f"{weight}.ttf")
    return folder
