"""The canonical form of a problem and an outcome: JSON with sorted keys and rows, no spaces, UTF-8.

Equal content gives equal bytes, so the SHA-256 of the bytes names the content. Written row by row: a million units
need no more memory than one, and no object for each of their fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from json.encoder import encode_basestring as _text
from typing import Any

from .outcome import OUTCOME_SCHEMA, AreaTotal, Call, ContractTotal, LogLine, Outcome, Placement, Unmet
from .problem import PROBLEM_SCHEMA, Contract, Problem, Unit


def problem_bytes(problem: Problem) -> bytes:
    return b"".join(problem_rows(problem))


def outcome_bytes(outcome: Outcome) -> bytes:
    return b"".join(outcome_rows(outcome))


def problem_sha256(problem: Problem) -> str:
    return _sha256(problem_rows(problem))


def outcome_sha256(outcome: Outcome) -> str:
    return _sha256(outcome_rows(outcome))


def _sha256(rows: Iterable[bytes]) -> str:
    digest = sha256()
    for row in rows:
        digest.update(row)
    return digest.hexdigest()


def problem_rows(problem: Problem) -> Iterator[bytes]:
    """The bytes, some at a time."""
    policy = problem.policy
    areas = [
        {
            "id": area.id,
            "share_cap_minutes": area.share_cap_minutes,
            "share_bp": area.share_bp,
            "share_base_minutes": area.share_base_minutes,
        }
        for area in sorted(problem.areas, key=lambda area: area.id)
    ]
    contracts = sorted(problem.contracts, key=lambda c: (c.area, c.provider))
    providers = sorted(problem.providers, key=lambda provider: provider.id)
    # The lottery is left out: there is but one, and what may be omitted must have one form.
    rules = {
        "switch_when_share_full": policy.switch_when_share_full,
        "household_class": policy.household_class,
        "no_answer": policy.no_answer,
        "call_list": policy.call_list,
    }
    head = {
        "areas": areas,
        "contracts": [_contract(contract) for contract in contracts],
        "effective_date": problem.effective_date.isoformat(),
        "policy": rules,
        "providers": [{"id": provider.id, "municipal": provider.municipal} for provider in providers],
        "round": problem.round,
        "schema": PROBLEM_SCHEMA,
        "seed": problem.seed,
    }
    yield (_json(head)[:-1] + ',"units":[').encode()
    yield from _rows(_unit(unit) for unit in sorted(problem.units, key=lambda unit: unit.id))
    yield b"]}"


def outcome_rows(outcome: Outcome) -> Iterator[bytes]:
    """The bytes, some at a time."""
    head = {
        "calls": [_call(call) for call in sorted(outcome.calls, key=lambda call: call.order)],
        "engine": outcome.engine,
        # In the order it happened: that is what a log is.
        "log": [_log_line(line) for line in outcome.log],
    }
    tail = {
        "problem_sha256": outcome.problem_sha256,
        "schema": OUTCOME_SCHEMA,
        "totals": [_total(total) for total in sorted(outcome.totals, key=lambda total: total.area)],
    }
    yield (_json(head)[:-1] + ',"placements":[').encode()
    yield from _rows(_placement(row) for row in sorted(outcome.placements, key=lambda row: row.person))
    yield ("]," + _json(tail)[1:]).encode()


def _rows(rows: Iterable[str]) -> Iterator[bytes]:
    comma = ""
    for row in rows:
        yield (comma + row).encode()
        comma = ","


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _contract(contract: Contract) -> dict[str, Any]:
    return {
        "area": contract.area,
        "provider": contract.provider,
        "ceiling_minutes": contract.ceiling_minutes,
        "ceiling_persons": contract.ceiling_persons,
        "tolerance_minutes": contract.tolerance_minutes,
        "guaranteed_minutes": contract.guaranteed_minutes,
        "reserved_minutes": contract.reserved_minutes,
        "reserved_persons": contract.reserved_persons,
        "intake": contract.intake,
    }


def _call(call: Call) -> dict[str, Any]:
    return {"order": call.order, "person": call.person, "from": call.from_provider, "to": call.to_provider}


def _total(total: AreaTotal) -> dict[str, Any]:
    return {
        "area": total.area,
        "external_minutes": total.external_minutes,
        "committed_minutes": total.committed_minutes,
        "contracts": [_load(row) for row in sorted(total.contracts, key=lambda row: row.provider)],
    }


def _load(row: ContractTotal) -> dict[str, Any]:
    return {"provider": row.provider, "minutes": row.minutes, "persons": row.persons}


def _log_line(line: LogLine) -> dict[str, Any]:
    return {
        "pass": line.pass_number,
        "unit": line.unit,
        "from": list(line.from_providers),
        "to": line.to_provider,
        "past": line.past,
        "passed": line.passed,
        "closed_by": line.closed_by,
        "room_minutes": line.room_minutes,
        "room_persons": line.room_persons,
    }


# Of these there are as many as people. Keys in the order of the alphabet, as `_json` writes the others.


def _unit(unit: Unit) -> str:
    day = f'"{unit.area_date.isoformat()}"' if unit.area_date else "null"
    lottery = "" if unit.lottery is None else f'"lottery":{unit.lottery},'
    members = unit.members if len(unit.members) == 1 else sorted(unit.members, key=lambda member: member.id)
    all_members = ",".join(
        [
            f'{{"current":{_or_null(member.current)},"id":{_text(member.id)},"minutes":{member.minutes}}}'
            for member in members
        ]
    )
    wishes = ",".join(
        [f'{{"date":"{wish.date.isoformat()}","provider":{_text(wish.provider)}}}' for wish in unit.wishes]
    )
    return (
        f'{{"answered":{_flag(unit.answered)},"area":{_text(unit.area)},"area_date":{day},'
        f'"callable":{_flag(unit.callable)},"id":{_text(unit.id)},{lottery}"members":[{all_members}],'
        f'"wishes":[{wishes}]}}'
    )


def _placement(row: Placement) -> str:
    return (
        f'{{"how":"{row.how}","person":{_text(row.person)},"provider":{_text(row.provider)},'
        f'"unit":{_text(row.unit)},"unmet":[{",".join([_unmet(unmet) for unmet in row.unmet])}],'
        f'"wish":{_number(row.wish)}}}'
    )


def _unmet(unmet: Unmet) -> str:
    return (
        f'{{"minutes_ahead":{_number(unmet.minutes_ahead)},"minutes_free":{_number(unmet.minutes_free)},'
        f'"place_in_queue":{_number(unmet.place_in_queue)},"provider":{_text(unmet.provider)},"why":"{unmet.why}"}}'
    )


def _or_null(text: str | None) -> str:
    return "null" if text is None else _text(text)


def _number(number: int | None) -> str:
    return "null" if number is None else str(number)


def _flag(flag: bool) -> str:
    return "true" if flag else "false"
