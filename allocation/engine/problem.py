"""What one allocation is computed from: plain immutable values, no behaviour.

All amounts are whole minutes a month; a share is whole basis points (1/10000). Ids are opaque
strings and never personal identity numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

SwitchRule = Literal["free", "strict"]
NoAnswerRule = Literal["keep", "municipal", "guarantees", "free_space", "rotation"]
LotteryKind = Literal["sha256"]

# What a file may say (`reading`): ids and names are not empty, amounts not negative.
Text = Annotated[str, Meta(min_length=1)]
Amount = Annotated[int, Meta(ge=0)]

PROBLEM_SCHEMA = "problem/1"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file: a JSON pointer to the place, and what to do about it."""

    pointer: str
    words: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.words}"


@dataclass(frozen=True, slots=True)
class Policy:
    """The round's choices among the rules. `lottery` names the only tie-break there is so far."""

    switch_when_share_full: SwitchRule = "free"
    household_class: bool = False
    no_answer: NoAnswerRule = "keep"
    call_list: bool = False
    lottery: LotteryKind = "sha256"


@dataclass(frozen=True, slots=True)
class Area:
    """`share_cap_minutes` is the most the external providers may have together; None: no cap (LOV).

    `share_bp` and `share_base_minutes` say where the cap comes from: floor(bp × base / 10000).
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
    """An external provider in an area. Ceilings None: no ceiling. Reserved room counts as used."""

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
    """A person, the minutes that follow the choice, and the provider now (None: nobody yet)."""

    id: Text
    minutes: Amount
    current: Text | None


@dataclass(frozen=True, slots=True)
class Wish:
    """`date` is the day this wish was received: the place in that provider's queue."""

    provider: Text
    date: date


@dataclass(frozen=True, slots=True)
class Unit:
    """One person, or a household that chose together: minutes are summed, one list of wishes.

    `area_date` is stored, never derived from the wishes. `callable` False: exempt from the call
    list, or declined before. `lottery` fixes the tie-break (lower first) instead of the hash.
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
