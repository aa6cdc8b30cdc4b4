"""Classification of a PDF in a child process with limited memory and time: ``python -m desk.pdf_check``.

Reads the file from standard input and writes one word: ``ok``, ``locked``, ``pages``, ``more`` (than an image of a
form) or ``broken``. Imports neither Django nor the project. A file that exceeds the limits is broken.

Allowlist: keys of the document and of each page that display something; no action, program, attachment or interactive
form (ISO 32000-2, 12.6).
"""

import io
import resource
import sys

MEMORY = 512 * 1024 * 1024
SECONDS = 10
MOST_PAGES = 30
# Limits: unpacked size of everything except images; and pixels of one image (A3 at 600 dpi, twice).
MOST_UNPACKED = 64 * 1024 * 1024
MOST_DOTS = 140_000_000

ROOT_KEYS = {
    *("/Type", "/Pages", "/Version", "/Extensions", "/Metadata", "/MarkInfo", "/Lang", "/ViewerPreferences"),
    *("/PageLayout", "/PageMode", "/PageLabels", "/StructTreeRoot", "/OutputIntents", "/PieceInfo", "/OCProperties"),
}
PAGE_KEYS = {
    *("/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Contents"),
    *("/Rotate", "/UserUnit", "/Group", "/StructParents", "/Tabs", "/Metadata", "/PieceInfo", "/LastModified"),
}
# Forbidden in every dictionary of the file, referenced or not.
NEVER = {
    *("/AA", "/OpenAction", "/JS", "/JavaScript", "/Launch", "/EmbeddedFiles", "/EF", "/AF", "/XFA", "/AcroForm"),
    *("/RichMediaContent", "/Rendition", "/Win", "/URI", "/SubmitForm", "/GoToR", "/GoToE"),
}
NEVER_TYPES = {"/Action", "/EmbeddedFile", "/Filespec", "/Annot", "/Sig"}


def classify(content: bytes) -> str:
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True, attempt_recovery=False) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                return "pages"
            if set(pdf.Root.keys()) - ROOT_KEYS or any(_acts(page.obj) for page in pdf.pages):
                return "more"
            return _of_objects(pdf)
    except pikepdf.PasswordError:
        return "locked"
    except (pikepdf.PdfError, MemoryError, ValueError, TypeError, RuntimeError, RecursionError):
        return "broken"


def _acts(page: object) -> bool:
    # Some scanners write an empty list of annotations.
    keys = set(page.keys())  # type: ignore[attr-defined]
    return bool(keys - PAGE_KEYS - {"/Annots"}) or ("/Annots" in keys and len(page["/Annots"]) > 0)  # type: ignore[index]


def _of_objects(pdf: object) -> str:
    import pikepdf

    unpacked = 0
    for each in pdf.objects:  # type: ignore[attr-defined]
        if not isinstance(each, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        keys = set(each.keys())
        if keys & NEVER or str(each.get("/Type", "")) in NEVER_TYPES:
            return "more"
        if not isinstance(each, pikepdf.Stream):
            continue
        if str(each.get("/Subtype", "")) == "/Image":
            if int(each.get("/Width", 0)) * int(each.get("/Height", 0)) > MOST_DOTS:
                return "broken"
        elif str(each.get("/Type", "")) not in ("/ObjStm", "/XRef"):
            unpacked += len(each.read_bytes())
            if unpacked > MOST_UNPACKED:
                return "broken"
    return "ok"


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.write(classify(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
