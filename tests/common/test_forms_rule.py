"""Requests are read by forms only: no view reads a field directly."""

import ast
import datetime
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from common.forms import DayField

ROOT = Path(settings.BASE_DIR)
NOT_OURS = {"tests", "node_modules", "var", "benchmarks", "scripts"}
READERS = re.compile(r"(Form|Query|Search|Filter)$|^(page_of|keyset_page|exit_page|file_form)$")

# File → reason to read the request itself.
ALLOWED = {
    "accounts/redirects.py": "the address to go on to comes with every page, whichever form is on it",
    "accounts/oidc.py": "the answer of an OpenID provider is checked by Authlib, whose parameters are not ours",
    "citizens/access.py": "what was typed when the time was up is kept as it came, for the form that asked for it",
    "common/forms.py": "hands over what was posted",
    "common/null_characters.py": "refuses a null character before any form is made",
}


def _raw(tree: ast.AST) -> Iterator[ast.Attribute]:
    """``request.POST``, ``.GET`` or ``.FILES``, except passed whole to a form or a page reader."""
    handed_over = {
        id(argument)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and READERS.search(_called(call.func))
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or node.attr not in ("POST", "GET", "FILES") or id(node) in handed_over:
            continue
        if isinstance(node.value, ast.Name | ast.Attribute) and _called(node.value) == "request":
            yield node


def _called(function: ast.expr) -> str:
    return str(getattr(function, "attr", None) or getattr(function, "id", ""))


def _files() -> list[Path]:
    rooms = [each for each in ROOT.iterdir() if each.is_dir() and each.name not in NOT_OURS and each.name[0] != "."]
    return sorted(path for room in rooms for path in room.rglob("*.py"))


@cache
def _found() -> dict[str, list[int]]:
    texts = {str(path.relative_to(ROOT)): path.read_text() for path in _files()}
    found = {
        name: [node.lineno for node in _raw(ast.parse(text))]
        for name, text in texts.items()
        if re.search(r"\.\s*(?:POST|GET|FILES)\b", text)  # parsing takes long
    }
    return {name: lines for name, lines in found.items() if lines}


def test_no_field_is_read_from_a_request_directly():
    assert {name: lines for name, lines in _found().items() if name not in ALLOWED} == {}


def test_every_exception_is_still_needed():
    assert set(ALLOWED) == set(_found())


@pytest.mark.parametrize(
    "code",
    [
        'request.POST.get("x")',
        'request.GET["x"]',
        '"x" in request.GET',
        "dict(request.POST)",
        "posted = request.POST",
        "XForm(request.POST or None)",
        'request.FILES.getlist("x")',
        'self.request.GET.get("x")',
    ],
)
def test_rule_detects_direct_reads(code: str):
    assert len(list(_raw(ast.parse(code)))) == 1


@pytest.mark.parametrize(
    "code", ["XForm(request.POST)", "XForm(data=request.GET)", "form.POST", "page_of(rows, request.GET)"]
)
def test_rule_allows_forms(code: str):
    assert list(_raw(ast.parse(code))) == []


def test_days_in_forms_have_limits():
    # One day after the last day of the calendar is an error of the program, not of the form.
    unlimited = re.compile(r"forms\.DateField\(")
    rooms = [path for path in _files() if path.relative_to(ROOT).parts[0] != "demo"]
    assert [path.name for path in rooms if unlimited.search(path.read_text())] == []
    for typed in ("9999-12-31", "0001-01-01", "2201-01-01"):
        with pytest.raises(ValidationError):
            DayField().clean(typed)
    assert DayField().clean("2200-12-31") == datetime.date(2200, 12, 31)
