"""``python -m benchmarks.merge 2000``: peak memory of one print file of so many letters, in a process of its own.

Prints one line of JSON: MiB before, at the peak, processor seconds.
"""

import json
import re
import sys
import tempfile
import time
from pathlib import Path

import django

django.setup()

from letters import files
from letters.layout import LAYOUT_VERSION
from letters.models import LetterKind
from letters.pdf import letter_pdf
from letters.pdf_merge import Source, merge, page_digests
from letters.samples import ordinary
from letters.services.texts import blocks_from_files

# Files on disk, each merged many times: what is kept of a letter does not depend on its text.
DIFFERENT = 20


def main(number: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        different = [_letter(folder, each) for each in range(DIFFERENT)]
        sources = [different[each % DIFFERENT] for each in range(number)]
        before, began = _peak(), time.process_time()
        digests = merge(sources, folder / "merged.pdf")
        if page_digests(folder / "merged.pdf") != [page for pages in digests for page in pages]:
            sys.exit("the merged file does not hold the letters' pages")
        return {"before": before, "peak": _peak(), "seconds": time.process_time() - began}


def _letter(folder: Path, number: int) -> Source:
    given = ordinary("decision", "sv") | {"reference": f"K7M2PX9T{number:04}"}
    content, _pages = letter_pdf(
        facts=given, blocks=blocks_from_files(LetterKind.DECISION, "sv"), layout_version=LAYOUT_VERSION
    )
    path = folder / f"{number}.pdf"
    path.write_bytes(content)
    return Source(path, files.sha256(content), given["reference"])


def _peak() -> float:
    """MiB, by Linux: the peak in ``getrusage`` begins with that of the process that started this one."""
    kib = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(kib[1]) / 1024 if kib else 0.0


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]))) + "\n")
