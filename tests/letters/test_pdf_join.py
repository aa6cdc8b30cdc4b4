"""Parts of a print file joined object by object: a sound PDF with the same pages in the same order."""

import random
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from letters.pdf_join import join
from letters.pdf_merge import page_digests

# Bytes that could be taken for a reference, or for the end of a string or an object.
TRAPS = [
    "1 0 R", "(1 0 R)", ")1 0 R(", "\\", "\\)", "((1 0 R", "<31> 2 0 R", ">> /Parent 1 0 R", "endobj", "å (3 0 R) 中",
    "\r\n1 0 R", "",
]  # fmt: skip


def _part(path: Path, pages: int, seed: int) -> list[object]:
    """A file whose pages hold strings, names and numbers that are hard to read. Returns them."""
    draw = random.Random(seed)
    found: list[object] = []
    with pikepdf.new() as pdf:
        shared = pdf.make_indirect(Dictionary(Text=String(draw.choice(TRAPS))))
        for number in range(pages):
            words = [*draw.sample(TRAPS, 4), f"{seed}/{number}"]
            pdf.add_blank_page(page_size=(595, 842))
            page = pdf.pages[-1].obj
            page.Contents = pdf.make_stream(f"% {number} 1 0 R endstream\n".encode())
            page.Blob = pdf.make_stream(b"1 0 R endstream\nendobj\n" + draw.randbytes(50))
            page.Told = pdf.make_indirect(Array([String(each) for each in words]))
            page[Name("/A#20b(1 0 R)")] = Dictionary(Bytes=String(bytes(range(256)).decode("latin-1")), Shared=shared)
            page.Numbers = Array([1, 0, -7, 0.25, True, None, Name("/R"), pdf.make_indirect(Dictionary(Deep=shared))])
            found.append(words)
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)
    return found


@pytest.mark.parametrize("sizes", [[1], [3, 1, 5], [2] * 30])
def test_joined_file_has_the_pages_of_the_parts_in_order(tmp_path: Path, sizes: list[int]):
    paths = [tmp_path / f"{number}.pdf" for number in range(len(sizes))]
    expected = [words for number, size in enumerate(sizes) for words in _part(paths[number], size, number)]
    before = [page for path in paths for page in _read(path)]

    join(paths, tmp_path / "all.pdf")

    after = _read(tmp_path / "all.pdf")
    assert after == before
    assert [words for words, *_more in after] == expected
    assert page_digests(tmp_path / "all.pdf") == [digest for path in paths for digest in page_digests(path)]
    with pikepdf.open(tmp_path / "all.pdf") as pdf:
        assert pdf.check_pdf_syntax() == []
        assert int(pdf.Root.Pages.Count) == sum(sizes)
        assert {page.obj.Parent.Parent.objgen for page in pdf.pages} == {pdf.Root.Pages.objgen}


def test_equal_parts_give_equal_bytes(tmp_path: Path):
    paths = [tmp_path / "a.pdf", tmp_path / "b.pdf"]
    for path in paths:
        _part(path, 3, 1)
    join(paths, tmp_path / "one.pdf")
    join(paths, tmp_path / "two.pdf")
    join(paths[:1], tmp_path / "less.pdf")

    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    assert _identifier(tmp_path / "one.pdf") != _identifier(tmp_path / "less.pdf")


def _read(path: Path) -> list[tuple[object, ...]]:
    """The content of each page."""
    with pikepdf.open(path) as pdf:
        return [_content(page.obj) for page in pdf.pages]


def _content(page: pikepdf.Object) -> tuple[object, ...]:
    more = page[Name("/A#20b(1 0 R)")]
    return (
        [str(each) for each in page.Told],
        bytes(more.Bytes),
        bytes(more.Shared.Text),
        [str(each) for each in list(page.Numbers)[:7]],
        bytes(page.Numbers[7].Deep.Text),
        page.Contents.read_bytes(),
        page.Blob.read_raw_bytes(),
        page.MediaBox.unparse(),
    )


def _identifier(path: Path) -> bytes:
    with pikepdf.open(path) as pdf:
        return bytes(pdf.trailer.ID[0])
