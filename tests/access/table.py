"""All rows of all rooms, and all URLs of the site."""

import importlib
import pkgutil
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tests.access import rows
from tests.access.rows import Row


def all_rows() -> list[Row]:
    modules = sorted(module.name for module in pkgutil.iter_modules(rows.__path__))
    return [row for name in modules for row in importlib.import_module(f"{rows.__name__}.{name}").ROWS]


def all_names(patterns: list[URLPattern | URLResolver] | None = None, namespace: str = "") -> Iterator[str]:
    """URL names with their namespaces. A URL without a name is listed by its pattern."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from all_names(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name or pattern.pattern}"
