"""JSON Schemas (2020-12) of the files, derived from the types of their rows."""

from __future__ import annotations

import json
from typing import Any, Literal

import msgspec

from .outcome import Outcome
from .problem import Problem

TYPES: dict[str, type[Any]] = {"problem": Problem, "outcome": Outcome}


def schema(kind: Literal["problem", "outcome"]) -> str:
    """Text of `schema/problem-1.json` or `schema/outcome-1.json`."""
    made = msgspec.json.schema(TYPES[kind])
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:hemtjanstvalet:payment-{kind}-1"}
    return json.dumps(head | made, indent=2, ensure_ascii=False) + "\n"
