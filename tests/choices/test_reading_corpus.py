"""Two hundred bad files: none crashes the reader, and none is read differently from its displayed values."""

import pytest

from choices import imports
from choices.imports.cells import CellError, Column, text
from tests.choices.bad_files import ROWS, BadFile, corpus

FILES = list(corpus())
COLUMNS = [Column(name, name, text(60)) for name in ROWS[0]]


def read(file: BadFile) -> list[list[str]] | list[str]:
    """The rows, or the error message."""
    try:
        table = imports.read("persons", file.content)
    except imports.ImportRefused as refused:
        return [problem.message for problem in refused.problems]
    rows, said = [table.headers], []
    for number, cells, marks in table.rows:
        try:
            if len(cells) > len(table.headers):
                raise CellError("longer")
            rows.append(
                [
                    column.value(cell, marks.get(at, ""))
                    for at, (column, cell) in enumerate(zip(COLUMNS, cells, strict=True))
                ]
            )
        except CellError as error:
            said.append(f"{number}: {error}")
    return said or rows


def test_corpus_has_two_hundred_files():
    assert len(FILES) >= 200
    assert len({file.name for file in FILES}) == len(FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_bad_file_is_read_as_displayed_or_refused(file):
    found = read(file)
    if found and isinstance(found[0], str):
        assert file.shown is None or file.may_refuse, found
        # A complete sentence, without library messages.
        assert all(message.endswith((".", " i.", "longer")) for message in found)
    else:
        expected = [[" ".join(cell.split()) for cell in cells] for cells in file.shown or []]
        assert found == expected
