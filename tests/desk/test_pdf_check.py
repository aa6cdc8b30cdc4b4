"""An uploaded PDF is a scanned form or refused; it is parsed in a sandboxed process."""

import io
import resource
import zlib

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from pikepdf import Array, Dictionary, Name, Stream

from desk import pdf_check
from desk.scans import kind_of

JS = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def _saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def _scan() -> pikepdf.Pdf:
    """Scanner output: an image on each page, with a text layer."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    image = Stream(pdf, zlib.compress(bytes(100)), Type=Name.XObject, Subtype=Name.Image, Width=10, Height=10,
                   ColorSpace=Name.DeviceGray, BitsPerComponent=8, Filter=Name.FlateDecode)  # fmt: skip
    page.Resources = Dictionary(XObject=Dictionary(Im0=image))
    page.Contents = Stream(pdf, b"q 595 0 0 842 0 0 cm /Im0 Do Q")
    page.Annots = Array()
    return pdf


def _page(**keys: object) -> bytes:
    pdf = _scan()
    for name, value in keys.items():
        pdf.pages[0].obj[f"/{name}"] = value
    return _saved(pdf)


def _root(**keys: object) -> bytes:
    pdf = _scan()
    for name, value in keys.items():
        pdf.Root[f"/{name}"] = value
    return _saved(pdf)


def _annotation(**keys: object) -> bytes:
    return _page(Annots=Array([Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **keys)]))


def _attached() -> bytes:
    pdf = _scan()
    pdf.attachments["x.exe"] = b"MZ"
    return _saved(pdf)


def _hidden_action() -> bytes:
    pdf = _scan()
    pdf.pages[0].Resources.Font = Dictionary(F=Dictionary(A=pdf.make_indirect(JS)))
    return _saved(pdf)


def test_scan_is_accepted():
    assert kind_of(_saved(_scan())) == "application/pdf"
    assert kind_of(_saved(_scan(), object_stream_mode=pikepdf.ObjectStreamMode.generate)) == "application/pdf"


@pytest.mark.parametrize("content", [
    _root(OpenAction=JS),
    _root(AA=Dictionary(WC=JS)),
    _root(Names=Dictionary(JavaScript=Dictionary(Names=Array(["x", JS])))),
    _root(AcroForm=Dictionary(XFA="<xdp/>", Fields=Array())),
    _root(Collection=Dictionary()),
    _page(AA=Dictionary(O=JS)),
    _annotation(Subtype=Name.Screen, A=JS),
    _annotation(Subtype=Name.Link, A=Dictionary(S=Name.Launch, F="calc.exe")),
    _annotation(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="https://evil.example")),
    _annotation(Subtype=Name.RichMedia),
    _attached(),
    _hidden_action(),
])  # fmt: skip
def test_active_content_is_refused(content):
    with pytest.raises(ValidationError, match="mer än en bild"):
        kind_of(content)


def _bomb(size: int, *, image: bool = False) -> bytes:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(size)) + packer.flush()
    pdf = _scan()
    if image:
        pdf.pages[0].Resources.XObject.Im0.Width = 60_000
        pdf.pages[0].Resources.XObject.Im0.Height = 60_000
    else:
        pdf.pages[0].Contents = Stream(pdf, packed, Filter=Name.FlateDecode)
    return _saved(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def test_bomb_is_contained_in_a_child_process():
    content = _bomb(600)
    assert len(content) < 1024 * 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ValidationError, match="går inte att läsa"):
        kind_of(content)
    # In kilobytes: no unpacking in this process, and a limited amount in the child.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 <= max(
        pdf_check.MEMORY, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    )


def test_oversized_image_is_refused():
    with pytest.raises(ValidationError, match="går inte att läsa"):
        kind_of(_bomb(1, image=True))
