"""A corpus of bad files from a seed. Each has the rows a human reads in it, or None where the reader must refuse.

Where the corruption is invisible inside the archive, the unchanged rows or a refusal are correct.
"""

import io
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from tests.choices.workbooks import MAIN, packed, parts, row, sheet

ROWS = [
    ["personnummer", "förnamn", "ort"],
    ["193001019805", "Åsa", "Norsborg"],
    ["193001019813", "Çelik", "Västerås; norra"],
    ["193001019821", 'Bo "Bosse"', "Ö"],
]
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"


@dataclass(frozen=True)
class BadFile:
    name: str
    content: bytes
    # None: only a refusal is correct.
    shown: list[list[str]] | None
    # A refusal is correct too.
    may_refuse: bool = True


def corpus(seed: int = 1730) -> Iterator[BadFile]:
    chance = random.Random(seed)
    yield from _cells(chance)
    yield from _archives(chance)
    yield from _xml(chance)
    yield from _encodings(chance)
    yield from _texts(chance)


def _book(**more: object) -> dict[str, str]:
    return parts({"Blad1": sheet(*(row(*cells) for cells in ROWS))}, **more)


def _cells(chance: random.Random) -> Iterator[BadFile]:
    """60: a cell in the last row, of every kind, with formats and formulas."""
    seen = [
        ("0.0%", "<c s='1'><v>{n}</v></c>", lambda n: f"{n * 100:.1f} %".replace(".", ",").replace(" %", "%")),
        ("00000", "<c s='1'><v>{n}</v></c>", lambda n: f"{n:05d}"),
        ("0", "<c s='1'><v>{n}.0</v></c>", lambda n: f"{n}"),
        ("General", "<c s='1'><f>A1+1</f><v>{n}</v></c>", lambda n: f"{n}"),
        ("@", "<c s='1' t='str'><f>X()</f><v>{n} m</v></c>", lambda n: f"{n} m"),
        ("General", "<c t='inlineStr'><is><r><t>{n}</t></r><r><t>b</t></r></is></c>", lambda n: f"{n}b"),
        ("General", "<c><v>{n}<!-- --></v></c>", lambda n: f"{n}"),
        ("General", "<c t='str'><v>a&#10;{n}&amp;</v></c>", lambda n: f"a\n{n}&"),
    ]
    for at in range(36):
        code, cell, shows = seen[at % len(seen)]
        number = chance.randrange(1, 99_999) if "%" not in code else chance.randrange(1, 9)
        rows = [*ROWS[:-1], [ROWS[-1][0], ROWS[-1][1], shows(number)]]
        xml = sheet(*(row(*cells) for cells in ROWS[:-1]), row(*ROWS[-1][:2], cell.format(n=number)))
        yield BadFile(f"cell {at} {code}", packed(parts({"B": xml}, formats=[code])), rows, may_refuse=False)
    refused = [
        "<c><f>A1</f></c>", "<c><f>A1</f><v/></c>", "<c t='e'><v>#REF!</v></c>", "<c s='1'><v>1</v></c>",
        "<c s='2'><v>44136</v></c>", "<c><v>12345678901234567</v></c>", "<c t='b'><v>1</v></c>", "<c><v>abc</v></c>",
        "<c t='s'><v>7</v></c>", "<c t='s'><v>-1</v></c>", "<c t='zz'><v>1</v></c>", "<c s='99'><v>1</v></c>",
        "<c><v>1E999</v></c>", "<c><v>NaN</v></c>", "<c t='b'><v>2</v></c>", "<c s='3'><v>1</v></c>",
        "<c r='A4'><v>1</v></c>", "<c r='C9'><v>1</v></c>", "<c r='XFE4'><v>1</v></c>", "<c r='?'><v>1</v></c>",
        "<c t='str'><v>_x0007_</v></c>", "<c t='str'><v>=1</v></c>", "<c t='e'><v></v></c>", "<c s='2'><v>-5</v></c>",
    ]  # fmt: skip
    for cell in refused:
        xml = sheet(*(row(*cells) for cells in ROWS[:-1]), row(*ROWS[-1][:2], cell))
        yield BadFile(f"cell {cell}", packed(parts({"B": xml}, formats=[";;;", "yyyy", "# ?/?"])), None)


def _archives(chance: random.Random) -> Iterator[BadFile]:
    """45: cut, flipped, with missing parts."""
    whole = packed(_book())
    for at in range(15):
        yield BadFile(f"cut {at}", whole[: chance.randrange(4, len(whole) - 30)], None)
    for at in range(15):
        flipped = bytearray(whole)
        for _each in range(3):
            flipped[chance.randrange(4, len(whole))] ^= 1 << chance.randrange(8)
        yield BadFile(f"flipped {at}", bytes(flipped), ROWS)
    for name in (SHEET, BOOK, "xl/_rels/workbook.xml.rels", "_rels/.rels", "xl/styles.xml", "xl/sharedStrings.xml"):
        kept = {key: part for key, part in _book().items() if key != name}
        yield BadFile(f"without {name}", packed(kept), ROWS if name == "[Content_Types].xml" else None)
    for at in range(4):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in _book().items():
                archive.writestr(name, part)
            archive.writestr([SHEET.upper(), BOOK.title(), f"/{SHEET}", "XL/styles.xml"][at], "<x/>")
        yield BadFile(f"two parts of one name {at}", content.getvalue(), None)
    for at in range(5):
        locked = bytearray(whole)
        place = locked.index(b"PK\x01\x02") + 8
        locked[place] |= [1, 0x41, 1, 1, 1][at]
        yield BadFile(f"encrypted {at}", bytes(locked), ROWS)


def _xml(chance: random.Random) -> Iterator[BadFile]:
    """45: invalid parts of a workbook."""
    right = _book()
    for at in range(12):
        xml = right[SHEET]
        place = chance.randrange(60, len(xml))
        yield BadFile(f"sheet cut {at}", packed(right | {SHEET: xml[:place]}), None)
    for at in range(10):
        tags = [">", "<", "/", "</t>", "<row", "</row>", "</sheetData>", '"', "</c>", "</is>"]
        yield BadFile(f"tag lost {at}", packed(right | {SHEET: right[SHEET].replace(tags[at], "", 1)}), None)
    wrong: dict[str, dict[str, str | bytes]] = {
        "entity": {SHEET: f'<!DOCTYPE a [<!ENTITY e "x">]>{right[SHEET][56:].replace("Norsborg", "&e;")}'},
        "outside": {SHEET: f'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>{right[SHEET][56:]}'},
        "laughs": {BOOK: f'<!DOCTYPE a [<!ENTITY a "{"x" * 99}"><!ENTITY b "{"&a;" * 99}">]>{right[BOOK][56:]}'},
        "namespace": {SHEET: right[SHEET].replace(MAIN, "http://example.org/main")},
        "strict": {BOOK: right[BOOK].replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")},
        "rows back": {SHEET: sheet(*(row(*c, attributes=f'r="{9 - at}"') for at, c in enumerate(ROWS)))},
        "row twice": {SHEET: sheet(*(row(*c, attributes='r="1"') for c in ROWS))},
        "row number": {SHEET: sheet(*(row(*c, attributes='r="x"') for c in ROWS))},
        "deep": {SHEET: "<a>" * 5000 + "</a>" * 5000},
        "empty": {SHEET: ""},
        "styles": {"xl/styles.xml": "<a/>x"},
        "strings": {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si>'},
        "merged": {SHEET: sheet(*(row(*c) for c in ROWS), after='<mergeCells><mergeCell ref="B2:B3"/></mergeCells>')},
        "merged wrongly": {SHEET: sheet(row(*ROWS[0]), after='<mergeCells><mergeCell ref="2B"/></mergeCells>')},
        "hidden": {BOOK: right[BOOK].replace('"visible"', '"veryHidden"')},
        "outer sheet": {"xl/_rels/workbook.xml.rels": right["xl/_rels/workbook.xml.rels"].replace(
            'Target="worksheets/sheet1.xml"', 'Target="http://example.org/x" TargetMode="External"')},
        "path": {"xl/_rels/workbook.xml.rels": right["xl/_rels/workbook.xml.rels"].replace(
            "worksheets/sheet1.xml", "../../../etc/passwd")},
        "header formula": {SHEET: sheet(row("<c><f>A1</f></c>", *ROWS[0][1:]), *(row(*c) for c in ROWS[1:]))},
        "no header": {SHEET: sheet(row("", "", ""), *(row(*c) for c in ROWS))},
    }  # fmt: skip
    for name, change in wrong.items():
        yield BadFile(name, packed(right | change), None)
    sixteen = right[SHEET].replace("UTF-8", "UTF-16").encode("utf-16")
    yield BadFile("utf-16 inside", packed(right | {SHEET: sixteen}), ROWS, may_refuse=False)
    split = right[SHEET].replace("Norsborg", "Nors<!-- x -->borg")
    yield BadFile("a comment inside", packed(right | {SHEET: split}), ROWS, may_refuse=False)
    cdata = right[SHEET].replace("Norsborg", "<![CDATA[Norsborg]]>")
    yield BadFile("cdata inside", packed(right | {SHEET: cdata}), ROWS, may_refuse=False)
    prefixed = (
        right[SHEET].replace("<", "<m:").replace("<m:/", "</m:").replace("<m:?", "<?").replace("xmlns=", "xmlns:m=")
    )
    yield BadFile("prefixes", packed(right | {SHEET: prefixed}), ROWS, may_refuse=False)


def _csv(rows: list[list[str]], separator: str = ";", end: str = "\r\n") -> str:
    return "".join(separator.join('"' + cell.replace('"', '""') + '"' for cell in cells) + end for cells in rows)


def _encodings(chance: random.Random) -> Iterator[BadFile]:
    """30: ten encodings, three separators and line endings."""
    sure = {"utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1"}
    codecs = ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1", "cp850", "mac_roman", "utf-16-le", "cp437"]
    for codec in codecs:
        for separator, end in ((";", "\r\n"), (",", "\n"), ("\t", "\r")):
            content = _csv(ROWS, separator, end).encode(codec)
            yield BadFile(
                f"{codec} {separator!r}", content, ROWS if codec in sure else None, may_refuse=codec not in sure
            )


def _texts(chance: random.Random) -> Iterator[BadFile]:
    """20: text that is hardly a table."""
    text = _csv(ROWS)
    blank = [ROWS[0], *ROWS[1:]]
    for name, found, shown in (
        ("sep", "sep=;\r\n" + text, ROWS),
        ("two marks", "\ufeff\ufeff" + text, ROWS),
        ("trailing", text.replace("\r\n", ";;\r\n"), ROWS),
        ("blank lines", text.replace("\r\n", "\r\n\r\n;;\r\n"), blank),
        ("no end", text.rstrip(), ROWS),
        ("open quote", text + '"', None),
        ("quote inside", text.replace('"Norsborg"', '"Nors"borg'), None),
        ("nul", text + "\0", None),
        ("pdf", "%PDF-1.4\n" + text, None),
        ("rtf", "{\\rtf1 " + text, None),
        ("html", "<html><body>" + text, None),
        ("xml", "<?xml version='1.0'?>" + text, None),
        ("nothing", "", None),
        ("spaces", " \r\n \t", None),
        ("blank first", "\r\n" + text, None),
        ("twice", text.encode().decode("latin-1").replace("\x85", "…"), None),
        ("lost", text.replace("Å", "\ufffd"), None),
        ("formula", text.replace("Norsborg", "=1+1"), None),
        ("longer", text + '"a";"b";"c";"d"\r\n', None),
        ("controls", text.replace("Norsborg", "Nors\x07borg"), None),
    ):
        yield BadFile(name, found.encode(), shown, may_refuse=False)
