"""XLSX files built by hand, for content that no library writes."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def text_cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def row(*cells: str, attributes: str = "") -> str:
    """Cells as XML, or as plain text."""
    inner = "".join(cell if cell.startswith("<c") else text_cell(cell) for cell in cells)
    return f"<row {attributes}>{inner}</row>"


def sheet(*rows: str, before: str = "", after: str = "", namespace: str = MAIN) -> str:
    return f'{_HEAD}<worksheet xmlns="{namespace}">{before}<sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'


def parts(
    sheets: Mapping[str, str],
    *,
    states: Mapping[str, str] | None = None,
    formats: Sequence[str] = (),
    strings: Sequence[str] = (),
    properties: str = "",
    calculation: str = "",
    namespace: str = MAIN,
) -> dict[str, str]:
    """The parts of a workbook. ``formats``: number formats of cell styles 1, 2, …; ``strings``: ``<si>`` elements."""
    states = states or {}
    named = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" state="{states.get(name, "visible")}" r:id="s{at}"/>'
        for at, name in enumerate(sheets, start=1)
    )
    relations = "".join(
        f'<Relationship Id="s{at}" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at, _name in enumerate(sheets, start=1)
    )
    own = "".join(
        f'<numFmt numFmtId="{164 + at}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for at, code in enumerate(formats)
    )
    styles = "".join(f'<xf numFmtId="{164 + at}"/>' for at, _code in enumerate(formats))
    found = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": (
            f'{_HEAD}<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="{DOCUMENT}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'{_HEAD}<workbook xmlns="{namespace}" xmlns:r="{DOCUMENT}">{properties}<sheets>{named}</sheets>'
            f"{calculation}</workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{_HEAD}<Relationships xmlns="{_RELS}">{relations}'
            f'<Relationship Id="t" Type="{DOCUMENT}/styles" Target="styles.xml"/>'
            f'<Relationship Id="u" Type="{DOCUMENT}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>'
        ),
        "xl/styles.xml": (
            f'{_HEAD}<styleSheet xmlns="{MAIN}"><numFmts>{own}</numFmts><fills><fill/></fills>'
            f'<cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>'
        ),
        "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{MAIN}">{"".join(strings)}</sst>',
    }
    return found | {f"xl/worksheets/sheet{at}.xml": xml for at, xml in enumerate(sheets.values(), start=1)}


def packed(found: Mapping[str, str | bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in found.items():
            archive.writestr(name, part)
    return content.getvalue()


def book(*rows: str, before: str = "", after: str = "", **more: object) -> bytes:
    """A workbook with one sheet."""
    return packed(parts({"Blad1": sheet(*rows, before=before, after=after)}, **more))
