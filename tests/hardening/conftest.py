"""The table of all addresses."""

from tests.access.conftest import built, matrix  # noqa: F401
