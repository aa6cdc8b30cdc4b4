"""Count of reached assert statements in the tests: ``make test-assertions``.

A pytest plugin. An assert that no test reaches proves nothing: its loop is empty, or it follows a return. The sum shows
whether a change to the tests reduced coverage.
"""

import ast
import os
import sys
from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
_reached: Counter[tuple[str, int]] = Counter()


@pytest.hookimpl
def pytest_assertion_pass(item: pytest.Item, lineno: int, orig: str, expl: str) -> None:
    del item, orig, expl
    frame = sys._getframe()
    # The frame that holds the assert is the one that called this.
    while frame.f_code.co_name != "_call_assertion_pass":
        frame = frame.f_back  # type: ignore[assignment]
    name = frame.f_back.f_code.co_filename
    # Plugins are rewritten, too: Hypothesis passes a hundred asserts of its own for each of ours.
    if Path(name).is_relative_to(TESTS):
        _reached[name, lineno] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    files = {report.fspath for reports in terminalreporter.stats.values() for report in reports if _is_test(report)}
    never = sorted(
        f"{name}:{line}" for name in files for line in _asserts_in_tests(name) if not _reached[str(_path(name)), line]
    )
    terminalreporter.section("assert statements")
    terminalreporter.line(f"{sum(_reached.values()):,} asserts passed in {len(_reached):,} places")
    for place in never:
        terminalreporter.line(f"never reached: {place}")


def _is_test(report: object) -> bool:
    return isinstance(report, pytest.TestReport) and report.when == "call"


def _path(name: str) -> Path:
    return Path(os.getcwd(), name)


def _asserts_in_tests(name: str) -> list[int]:
    """Asserts in test functions; helpers may be used by another file."""
    tree = ast.parse(_path(name).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test")]
    return [node.lineno for function in functions for node in ast.walk(function) if isinstance(node, ast.Assert)]
