"""The pictures and the ways in docs/ are those of the code."""

import re
from pathlib import Path
from pkgutil import resolve_name

from django.conf import settings

from scripts import pictures

DOCS = Path(settings.BASE_DIR) / "docs"


def test_the_pictures_of_rooms_and_data_are_current():
    """``make pictures`` draws them anew."""
    for path, drawn in pictures.pictures().items():
        assert path.read_text() == drawn, path.name


def test_every_function_named_on_the_three_ways_exists():
    text = (DOCS / "ways.md").read_text()
    ways = text.split("\n## ")[1:]
    assert [len(re.findall(r"^\d\. ", way, re.MULTILINE)) for way in ways] == [5, 5, 5]
    named = re.findall(r"`([a-z_.]+\.\w+)`", text)
    assert len(named) >= 30
    for name in named:
        assert callable(resolve_name(name)), name
