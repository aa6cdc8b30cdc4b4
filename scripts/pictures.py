"""Diagrams from the code: rooms with their imports, and the data model, in docs/rooms.md and docs/data-model.md.

    .venv/bin/python scripts/pictures.py            write them
    .venv/bin/python scripts/pictures.py --check    list those that are not current, and exit with 1

The diagrams are Mermaid text between two marks in each document: forges and editors draw them, and a change shows
line by line in a review.
"""

import argparse
import os
import sys
import tomllib
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import django
import grimp

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- made by make pictures -->", "<!-- end -->"
# Third-party packages. A model is drawn with the room of its module, whatever its app label (docs/adr/0022).
NOT_DRAWN = {"django", "allauth", "zeal", "csp"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botkyrka_hemtjanst.settings.mypy")  # noqa: TID251
    django.setup()
    stale = {path: new for path, new in pictures().items() if path.read_text() != new}
    for path, new in stale.items():
        if not check:
            path.write_text(new)
        print(f"{path.relative_to(ROOT)}: {'not current: make pictures' if check else 'drawn'}")
    return 1 if check and stale else 0


def pictures() -> dict[Path, str]:
    """Current content of each document."""
    drawn = {ROOT / "docs" / "rooms.md": rooms(), ROOT / "docs" / "data-model.md": data_model()}
    return {path: placed(path.read_text(), lines) for path, lines in drawn.items()}


def placed(text: str, lines: Iterable[str]) -> str:
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return "\n".join([before + BEGIN, "", *lines, "", END + after])


# --- Rooms ----------------------------------------------------------------------------------------------------


def rooms() -> Iterator[str]:
    """Transitive reduction of the imports as a diagram; then all imports as a table, from the top layer down."""
    imports = room_imports()
    yield "```mermaid"
    yield "flowchart TD"
    for room, below in sorted(without_detours(imports).items()):
        yield from (f"  {room} --> {each}" for each in sorted(below))
    yield "```"
    yield ""
    yield "| room | imports from |"
    yield "|---|---|"
    for layer in layers():
        for room in layer:
            yield f"| `{room}` | {', '.join(f'`{each}`' for each in sorted(imports[room])) or '–'} |"


def layers() -> list[list[str]]:
    """Layers of pyproject.toml, from the top."""
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (contract,) = (each for each in configured["contracts"] if each["type"] == "layers")
    return [[room.strip() for room in layer.split("|")] for layer in contract["layers"]]


def graph() -> grimp.ImportGraph:
    names = [room for layer in layers() for room in layer]
    return grimp.build_graph(*names, cache_dir=None)


def room_imports() -> dict[str, set[str]]:
    """Room → the rooms it imports from."""
    built = graph()
    found: dict[str, set[str]] = {room: set() for layer in layers() for room in layer}
    for module in built.modules:
        room = module.partition(".")[0]
        if ".migrations" not in module:
            found[room] |= {each.partition(".")[0] for each in built.find_modules_directly_imported_by(module)} - {room}
    return found


def without_detours(arrows: dict[str, set[str]]) -> dict[str, set[str]]:
    """The transitive reduction."""

    def reached(start: str) -> set[str]:
        return set().union(*({each, *reached(each)} for each in arrows[start]))

    return {
        room: {each for each in below if not any(each in reached(other) for other in below - {each})}
        for room, below in arrows.items()
    }


# --- The data model -------------------------------------------------------------------------------------------


def data_model() -> Iterator[str]:
    """A diagram per room: its models with their fields and references."""
    from django.apps import apps

    drawn = [model for model in apps.get_models() if model.__module__.partition(".")[0] not in NOT_DRAWN]
    drawn.sort(key=lambda model: (order().index(room_of(model)), model.__name__))
    for room, models in groupby(drawn, key=room_of):
        yield from [f"## `{room}`", "", "```mermaid", "erDiagram"]
        for model in models:
            yield from entity(model)
        yield from ["```", ""]


def order() -> list[str]:
    return [room for layer in reversed(layers()) for room in layer]


def room_of(model: type[Any]) -> str:
    return model.__module__.partition(".")[0]


def entity(model: type[Any]) -> Iterator[str]:
    yield f"  {model.__name__} {{"
    for field in own_fields(model):
        if is_drawn_as_field(field):
            mark = " FK" if field.is_relation else " UK" if field.unique else ""
            yield f"    {kind(field)} {field.name}{mark}"
    yield "  }"
    for field in own_fields(model):
        if not is_drawn_as_field(field):
            one = "|o" if field.null else "||"
            many = "o|" if field.one_to_one else "o{"
            yield f"  {target(field)} {one}--{many} {model.__name__} : {field.name}"
    for field in model._meta.local_many_to_many:
        yield f"  {target(field)} }}o--o{{ {model.__name__} : {field.name}"


def own_fields(model: type[Any]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def is_drawn_as_field(field: Any) -> bool:
    """Nearly every row refers to its user: arrows to the one user model would hide all others."""
    return not field.is_relation or target(field) == "User"


def target(field: Any) -> str:
    return str(field.related_model.__name__)


def kind(field: Any) -> str:
    return "user" if field.is_relation else type(field).__name__.removesuffix("Field").lower()


if __name__ == "__main__":
    sys.exit(main())
