"""Providers with people, and the moves between them."""

from tests.handover.conftest import moves, providers

__all__ = ["moves", "providers"]
