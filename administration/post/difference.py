"""Word-by-word difference of two versions of a text: pure."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

# Kind of a piece of text: unchanged, removed, added.
Piece = tuple[str, str]


@dataclass(frozen=True)
class Changed:
    """``pieces`` in reading order, each ``("same" | "out" | "in", text)``."""

    name: str
    pieces: list[Piece]


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[Changed]:
    """Blocks that differ, in the new text's order; removed blocks come last."""
    names = [*new, *(name for name in old if name not in new)]
    return [
        Changed(name, _pieces(old.get(name, ""), new.get(name, "")))
        for name in names
        if old.get(name, "") != new.get(name, "")
    ]


def _pieces(old: str, new: str) -> list[Piece]:
    before, after = re.findall(r"\s+|\S+", old), re.findall(r"\s+|\S+", new)
    pieces: list[Piece] = []
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            pieces.append(("same", "".join(before[a:b])))
            continue
        if a < b:
            pieces.append(("out", "".join(before[a:b])))
        if c < d:
            pieces.append(("in", "".join(after[c:d])))
    return pieces
