"""The JSON Schemas (2020-12) of the files, made of the types of their rows."""

from __future__ import annotations

import json
from typing import Any, Literal

import msgspec

from .outcome import Outcome
from .problem import Problem

TYPES: dict[str, type[Any]] = {"problem": Problem, "outcome": Outcome}


def schema(kind: Literal["problem", "outcome"]) -> str:
    """`schemas/problem-1.json` and `schemas/outcome-1.json`, as text."""
    made = msgspec.json.schema(TYPES[kind])
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:hemtjanstvalet:payment-{kind}-1"}
    return json.dumps(head | made, indent=2, ensure_ascii=False) + "\n"
