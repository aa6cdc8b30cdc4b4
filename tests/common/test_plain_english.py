"""Wording of comments, docstrings and documents: the noun first (CONTRIBUTING.md, "Comments and docstrings").

A finding names file and line. Reword it: there is no list of exceptions.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SKIPPED = {".git", ".venv", "node_modules", "var", "migrations", "year"}

# Openers that postpone the noun. "Whether" is allowed: it describes a boolean.
OPENERS = re.compile(
    r"(?:Who|Whom|Whose|Whoever|Whomever|What(?!-if)|Whatever|Where|Wherever|Which|Why|How"
    r"|Somebody|Those|So (?:many|much|often|long))\b",
)
# Phrases without a technical meaning, or translated from Swedish word by word.
PHRASES = re.compile(
    r"as if nothing had happened|is kept is what|nobody made|one's own page|says why\b|is had\b"
    r"|\bsomebody whose\b|\bthe doors\b|\bcome to rest\b|leaves? the house|in the same breath|asked (?:for )?anew"
    r"|told of (?:it|by|in)\b|thing to do\b|is another by (?:now|then)|a word for it|gives? nobody away"
    r"|goes on where|take[sn]? (?:up|away) what|is so\b(?! that)|what is so\b|all is as\b",
    re.IGNORECASE,
)
COMMENT = re.compile(r"^\s*(?:#|--) (?:-{3,} |={3,} )?")
DOCSTRING = re.compile(r'^\s*r?"""')


def _files(*suffixes: str) -> list[Path]:
    found = []
    for folder in sorted(ROOT.iterdir()):
        if folder.is_dir() and folder.name not in SKIPPED and not folder.name.startswith("."):
            found += [file for file in folder.rglob("*") if file.suffix in suffixes]
    return [file for file in found if not SKIPPED & set(file.relative_to(ROOT).parts)]


def _openers(text: str, *, sql: bool) -> list[tuple[int, str]]:
    """Line number and line of comments and docstrings that begin with an opener.

    A line that continues a comment is not a beginning. Comments in the body of an SQL function belong to the schema:
    they change with the function.
    """
    found, in_comment, in_body = [], False, False
    for number, line in enumerate(text.splitlines(), 1):
        start = COMMENT.match(line)
        named = start and re.match(r"(?:relation|statement): \w+$", line[start.end() :])
        if start and not in_comment and not in_body:
            if OPENERS.match(line, start.end()):
                found.append((number, line))
        elif not sql and (start := DOCSTRING.match(line)) and OPENERS.match(line, start.end()):
            found.append((number, line))
        in_comment = bool(COMMENT.match(line)) and not named
        in_body ^= sql and line.count("$$") % 2 == 1
    return found


def _prose(text: str, suffix: str) -> list[tuple[int, str]]:
    """Lines of comments and docstrings; of a document all lines."""
    lines = list(enumerate(text.splitlines(), 1))
    if suffix == ".md":
        return lines
    if suffix == ".sql":
        return [(number, line) for number, line in lines if COMMENT.match(line)]
    found, in_docstring = [], False
    for number, line in lines:
        quotes = line.count('"""') if in_docstring or DOCSTRING.match(line) else 0
        if in_docstring or quotes or COMMENT.match(line):
            found.append((number, line))
        in_docstring ^= quotes % 2 == 1
    return found


def _report(findings: list[tuple[Path, int, str]]) -> str:
    return "\n".join(f"{file.relative_to(ROOT)}:{number}: {line.strip()}" for file, number, line in findings)


def test_comments_and_docstrings_begin_with_the_noun():
    findings = [
        (file, number, line)
        for file in _files(".py", ".sql")
        for number, line in _openers(file.read_text("utf-8"), sql=file.suffix == ".sql")
    ]
    assert not findings, _report(findings)


def test_prose_has_no_banned_phrase():
    findings = [
        (file, number, line)
        for file in _files(".py", ".sql", ".md")
        if file != Path(__file__)
        for number, line in _prose(file.read_text("utf-8"), file.suffix)
        if PHRASES.search(line)
    ]
    assert not findings, _report(findings)


@pytest.mark.parametrize(
    ("text", "sql", "lines"),
    [
        ('"""Whoever signs in."""', False, [1]),
        ('def f():\n    """What is shown."""', False, [2]),
        ("# Where it is kept.\nx = 1", False, [1]),
        ("# The folder.\n# Where it is kept.", False, []),
        ('"""Whether it is open."""', False, []),
        ("-- relation: placed\n-- Who has whom.", True, [2]),
        ("AS $$\n    -- What it does.\n$$;\n-- What it was.", True, [4]),
    ],
)
def test_openers_are_found(text: str, sql: bool, lines: list[int]):
    assert [number for number, _ in _openers(text, sql=sql)] == lines


def test_phrases_are_found_in_prose_only():
    text = 'x = "says why"\n"""Kept.\n\nIt says why.\n"""\n# One\'s own page.'
    assert [number for number, line in _prose(text, ".py") if PHRASES.search(line)] == [4, 6]
