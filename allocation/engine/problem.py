"""Input of one allocation: plain immutable values, no behaviour.

Amounts are integer minutes a month; shares are integer basis points (1/10000). Ids are opaque strings, never personal
identity numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

SwitchRule = Literal["free", "strict"]
NoAnswerRule = Literal["keep", "municipal", "guarantees", "free_space", "rotation"]
LotteryKind = Literal["sha256"]

# Constraints on files (`canonical_reader`): ids and names are not empty, amounts not negative.
Text = Annotated[str, Meta(min_length=1)]
Amount = Annotated[int, Meta(ge=0)]

PROBLEM_SCHEMA = "problem/1"


@dataclass(frozen=True, slots=True)
class Fault:
    """Fault in a file: a JSON pointer to the place, and how to correct it."""

    pointer: str
    words: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.words}"


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules chosen for the round. `lottery` names the only tie-break so far."""

    switch_when_share_full: SwitchRule = "free"
    household_class: bool = False
    no_answer: NoAnswerRule = "keep"
    call_list: bool = False
    lottery: LotteryKind = "sha256"


@dataclass(frozen=True, slots=True)
class Area:
    """`share_cap_minutes`: most minutes of the external providers together; None: no cap (LOV).

    `share_bp` and `share_base_minutes` give the origin of the cap: floor(bp × base / 10000).
    """

    id: str
    share_cap_minutes: int | None
    share_bp: int | None = None
    share_base_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    id: str
    municipal: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """An external provider in an area. Ceiling None: no ceiling. Reserved room counts as used."""

    area: str
    provider: str
    ceiling_minutes: int | None = None
    ceiling_persons: int | None = None
    tolerance_minutes: int = 0
    guaranteed_minutes: int = 0
    reserved_minutes: int = 0
    reserved_persons: int = 0
    intake: bool = True


@dataclass(frozen=True, slots=True)
class Member:
    """A person: minutes that follow the choice, and the current provider (None: none yet)."""

    id: Text
    minutes: Amount
    current: Text | None


@dataclass(frozen=True, slots=True)
class Wish:
    """`date`: day this wish was received, which gives the place in that provider's queue."""

    provider: Text
    date: date


@dataclass(frozen=True, slots=True)
class Unit:
    """One person, or a household that chose together: summed minutes, one list of wishes.

    `area_date` is stored, never derived from the wishes. `callable` False: exempt from the call list, or declined
    before. `lottery` overrides the hash as tie-break (lower first).
    """

    id: Text
    area: Text
    answered: bool
    area_date: date | None
    callable: bool
    members: tuple[Member, ...]
    wishes: tuple[Wish, ...] = ()
    lottery: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    effective_date: date
    round: str
    seed: str
    policy: Policy
    areas: tuple[Area, ...]
    providers: tuple[Provider, ...]
    contracts: tuple[Contract, ...]
    units: tuple[Unit, ...]
