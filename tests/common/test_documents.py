"""Diagrams and function references in docs/ match the code."""

import re
from pathlib import Path
from pkgutil import resolve_name

from django.conf import settings

from scripts import pictures

DOCS = Path(settings.BASE_DIR) / "docs"


def test_diagrams_are_current():
    """``make pictures`` draws them anew."""
    for path, drawn in pictures.pictures().items():
        assert path.read_text() == drawn, path.name


def test_functions_named_in_ways_exist():
    text = (DOCS / "ways.md").read_text()
    ways = text.split("\n## ")[1:]
    assert [len(re.findall(r"^\d\. ", way, re.MULTILINE)) for way in ways] == [5, 5, 5]
    named = re.findall(r"`([a-z_.]+\.\w+)`", text)
    assert len(named) >= 30
    for name in named:
        assert callable(resolve_name(name)), name


def test_tests_named_in_agreement_exist():
    named = re.findall(r"`(tests\.[a-z_.]+\.test_\w+)`", (DOCS / "agreement.md").read_text())
    assert len(named) >= 30
    for name in named:
        module, _, test = name.rpartition(".")
        file = Path(settings.BASE_DIR, *module.split(".")).with_suffix(".py")
        assert f"def {test}(" in file.read_text(), name


def test_index_lists_every_document_and_recipes_name_existing_files():
    index = (DOCS / "README.md").read_text()
    documents = {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md") if path.parent.name != "adr"} - {
        "README.md"
    }
    assert set(re.findall(r"\]\(([\w./-]+\.md)\)", index)) == documents

    recipes = (DOCS / "developing.md").read_text()
    paths = set(re.findall(r"`([a-z_]+/[\w/.]*)`", recipes)) - {"var/"}
    assert len(paths) >= 8
    assert [path for path in paths if not (settings.BASE_DIR / path).exists()] == []
    targets = set(re.findall(r"^([a-z-]+):.*##", (settings.BASE_DIR / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make ([a-z][a-z-]+)", recipes)) <= targets
    for name in re.findall(r"`((?:letters|choices|allocation)\.[a-z_.]+\.\w+)`", recipes):
        resolve_name(name)


def test_tests_named_in_threat_model_exist():
    text = (DOCS / "threat-model.md").read_text()
    named = set(re.findall(r"`(tests/[\w/.]*)`", text))
    assert len(named) > 30
    assert [path for path in named if not (settings.BASE_DIR / path).exists()] == []
    # Every chapter of ASVS 5.0 has a line, with a test or the reason for none.
    assert re.findall(r"^\| V(\d+) ", text, re.MULTILINE) == [str(number) for number in range(1, 18)]
