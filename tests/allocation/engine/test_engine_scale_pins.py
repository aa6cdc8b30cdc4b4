"""Pinned hashes of problems and outcomes: the engine's answer to a problem never changes.

A change here is a change of the rules or of the file format, and requires a new engine version or schema. The pins are
of version 1.0.0; 1.1.0 differs only for split households that leave, which do not occur here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from random import Random
from typing import get_args

import pytest

from allocation.engine import (
    Area,
    Contract,
    Member,
    NoAnswerRule,
    Policy,
    Problem,
    Provider,
    SwitchRule,
    Unit,
    Wish,
    allocate,
    outcome_bytes,
    outcome_sha256,
    problem_bytes,
    problem_sha256,
    read_problem,
)
from benchmarks.engine_problem import make_problem

from .instances import draw_problem

FIRST = date(2021, 1, 31)
BLOCK = 200
TOWN = 1500

# Block of small problems → the hash of their fingerprints, the hash of their outcomes' fingerprints.
SMALL: dict[int, tuple[str, str]] = {
    0: (
        "e5ae4530e856be4a4fc4d5993c6a86ec4cf04233b8ae57e46e00f548b2551546",
        "42c9948642b897bf87f8983b9dc97126773d7281657ad59879a2d83e50433677",
    ),
    1: (
        "0d28fb058d2b45d2b163e2576757b27710f2a146cabd5b231344feefafb20092",
        "126ace51a55e05891ff7d517eddb3faafc0a17b73a39ce9d28c9de396c810f7c",
    ),
    2: (
        "c693b16449b6c1ddc39d7d28efe61498578ec55608ebac74be816716d476e5d8",
        "40b7d63f1298dbd928cafa2e355154171bc011666160ff76da9ee95ab5f1c673",
    ),
    3: (
        "bc499ed0756af665c3ad45d5e6d59bde1403f003808f38c15ee430f077f4540a",
        "0a608a3a792e7b23adf77deae1972ab5139046d7db6f4450a94939e70ba73d42",
    ),
    4: (
        "57294bac72d3a609c40c55c0fc0f3ba31678070e35e9cfb869de0dcda7baf72d",
        "f3ed0c7840d436768635c8d325fd1d7ea936a0a577def71bd3170debd6aeafea",
    ),
    5: (
        "73734d189d8d73d4d2ea25a8d6a82c656242caee6f2b7a5cfdaef36642d9a21a",
        "95b5cb3691b70dc9d6d891c4620cf177d9f345e5e6848256276d938f8f5b8044",
    ),
    6: (
        "2eaaf1804fb9ab5af682893de17ae969c7dc40b2dfe310b0f982382c77532e4e",
        "263b9792af00a77c522930dbddb88f83fecc1a17981c3a24296cdaa8cb097c48",
    ),
    7: (
        "1e45ba8bc21f00e68a016e117ec40d75e3ce14a800a8baf3d0501e25264d7612",
        "ee82d90e8700527b6f63b37994f207668cb8e96bb7fdac88c95dcd57ccf73d3a",
    ),
}

# No-answer rule and switch rule → the fingerprints of one larger problem and of its outcome.
LARGER: dict[tuple[NoAnswerRule, SwitchRule], tuple[str, str]] = {
    ("keep", "free"): (
        "565d3da7e85fb27d9542fe89da8c0818d10fe22a556db7dd953936c3ea567e0e",
        "e30ce0ac7bb4bc559479dd68cf1f38a0c55f76fe85828281f4d44011e39b86e6",
    ),
    ("keep", "strict"): (
        "78890dda9099cf66fd383521769d749b8a10cf5ac241749f185204e318afb476",
        "d246da44f0d608f0829067d0afb5bef1c383f9cb079484d345e7c8a020dff282",
    ),
    ("municipal", "free"): (
        "c2f63a724e4f574b48342b7de590bd8abecdbed8cde1cc75eefc26a4c65caf23",
        "7935d3655d32f8d17faa9d934771157cd5c13f7ffc528cc66f2949d5548ff964",
    ),
    ("municipal", "strict"): (
        "cb4ee70113179dcf369f01b0e9aa1c7541b7cc1218111b663da188a9190342b8",
        "8fc55f85f43f9844608e3be69a7916450bcb3d2e6295e9d07761fba1538dac30",
    ),
    ("guarantees", "free"): (
        "b151dc03310922e8dde2057f25b7b6f9559f296bf948aaa6bbd416154445b1cb",
        "41c82b8d207d6be3de9443063ac6875b768864026a402b9509899fc8c15072e3",
    ),
    ("guarantees", "strict"): (
        "5524e361576bb06078cb73f5fcf42d112e17e9450dd837fe0b98281d3297cb74",
        "fb6c43709203587fbaf38cf56f2ff3b6961b0457e7c4205c3a9adb312791108a",
    ),
    ("free_space", "free"): (
        "ca2c89a0735988ffcc7d73b00d0c51631e2e1317f36afa644b3ce5dc94e27221",
        "5d72cfa67800f79e0fefabbf9921d0bea06d01d86fc7f03d957233a4552d2e2e",
    ),
    ("free_space", "strict"): (
        "a54d31abba6109f42c1fc60ee59b50c475f96ebc61424fa4c5bc10981c394501",
        "d95d3e123d7544050e4a4c49b5fccbe5ec4583f05741564c05985d515a9219f6",
    ),
    ("rotation", "free"): (
        "527592a6d4a162455b231fa5422e95506a23c46dbbf033737417308806d4eca4",
        "7fd85873f1c0f3d71a0f5bb87da54fed75f48314b563e6dbef0480107e23bc93",
    ),
    ("rotation", "strict"): (
        "db7b9fdef3b73ec9e377ec50710d7ebfb8cc27d27c679230edc8729ad9154c02",
        "8f904ba7e8e291fef102d8e4b8fdb926d96c71c648d8fe69f968e825b67c03c4",
    ),
}


def small_problems(block: int) -> list[Problem]:
    return [
        draw_problem(Random(seed).randint, max_units=4 + seed % 13)
        for seed in range(block * BLOCK, (block + 1) * BLOCK)
    ]


def outcome_of(problem: Problem) -> str:
    return outcome_sha256(replace(allocate(problem), engine="1.0.0"))


def all_of(fingerprints: Iterable[str]) -> str:
    return sha256("\n".join(fingerprints).encode()).hexdigest()


def test_every_rule_combination_is_pinned() -> None:
    assert set(LARGER) == {(silent, switch) for silent in get_args(NoAnswerRule) for switch in get_args(SwitchRule)}


@pytest.mark.parametrize("block", SMALL)
def test_small_problems_and_their_outcomes(block: int) -> None:
    problems = small_problems(block)
    problems_now = all_of(problem_sha256(problem) for problem in problems)
    assert problems_now == SMALL[block][0], "the problems are others, or their canonical form is"
    assert all_of(map(outcome_of, problems)) == SMALL[block][1]


@pytest.mark.parametrize("rules", LARGER, ids=" ".join)
def test_larger_problems_and_their_outcomes(rules: tuple[NoAnswerRule, SwitchRule]) -> None:
    no_answer, switch = rules
    problem = make_problem(TOWN, seed=len(no_answer), switch=switch, no_answer=no_answer)
    assert problem_sha256(problem) == LARGER[rules][0], "the problem is another, or its canonical form is"
    assert outcome_of(problem) == LARGER[rules][1]


AWKWARD = ('"', "\\", "/", "\n\r\t\b\f", "\x00\x1f", "\x7f", "å", "\u2028", "\u00a0", "😀", "a b", "</script>")


@pytest.mark.parametrize("letters", AWKWARD, ids=ascii)
def test_non_ascii_letters_are_written_as_by_the_json_module(letters: str) -> None:
    units = [
        Unit(f"u{letters}", letters, True, FIRST, True, (Member(f"c{letters}", 60, None),), (Wish(letters, FIRST),)),
        Unit("x", letters, True, FIRST, True, (Member("y", 2**70, letters),), (Wish(letters + "2", FIRST),), 2**200),
    ]
    problem = Problem(
        effective_date=FIRST,
        round=letters,
        seed=letters,
        policy=Policy(),
        areas=(Area(letters, None),),
        providers=(Provider("m" + letters, True), Provider(letters), Provider(letters + "2")),
        contracts=(Contract(letters, letters, 1), Contract(letters, letters + "2", None)),
        units=tuple(units),
    )
    for content in (problem_bytes(problem), outcome_bytes(allocate(problem))):
        again = json.dumps(json.loads(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert content == again.encode()
    assert problem_bytes(read_problem(problem_bytes(problem))) == problem_bytes(problem)
