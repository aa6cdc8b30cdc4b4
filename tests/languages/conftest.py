"""Compiled catalogues."""

import subprocess
import sys

import pytest
from django.utils.translation import trans_real

from scripts import update_translations


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> None:
    """As ``make test`` does; translations may have changed since."""
    sources = update_translations.catalogues()
    if all(_is_fresh(source) for source in sources):
        return
    script = update_translations.PROJECT / "scripts/compile_translations.py"
    subprocess.run([sys.executable, script], check=True)
    # Clears the process's cache of earlier catalogues.
    trans_real._translations.clear()
    trans_real._default = None


def _is_fresh(source) -> bool:
    compiled = source.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime
