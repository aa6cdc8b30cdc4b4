"""The canonical form of a problem and an outcome: sorted keys and rows, no spaces, UTF-8.

Equal content gives equal bytes, so the SHA-256 of the bytes names the content.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from .outcome import OUTCOME_SCHEMA, LogLine, Outcome, Placement
from .problem import PROBLEM_SCHEMA, Contract, Problem, Unit

Json = dict[str, Any]


def problem_bytes(problem: Problem) -> bytes:
    return _bytes(problem_to_json(problem))


def outcome_bytes(outcome: Outcome) -> bytes:
    return _bytes(outcome_to_json(outcome))


def problem_sha256(problem: Problem) -> str:
    return sha256(problem_bytes(problem)).hexdigest()


def outcome_sha256(outcome: Outcome) -> str:
    return sha256(outcome_bytes(outcome)).hexdigest()


def _bytes(content: Json) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def problem_to_json(problem: Problem) -> Json:
    policy = problem.policy
    return {
        "schema": PROBLEM_SCHEMA,
        "effective_date": problem.effective_date.isoformat(),
        "round": problem.round,
        "seed": problem.seed,
        # The lottery is left out: there is but one, and what may be omitted must have one form.
        "policy": {
            "switch_when_share_full": policy.switch_when_share_full,
            "household_class": policy.household_class,
            "no_answer": policy.no_answer,
            "call_list": policy.call_list,
        },
        "areas": [
            {
                "id": area.id,
                "share_cap_minutes": area.share_cap_minutes,
                "share_bp": area.share_bp,
                "share_base_minutes": area.share_base_minutes,
            }
            for area in sorted(problem.areas, key=lambda area: area.id)
        ],
        "providers": [
            {"id": provider.id, "municipal": provider.municipal}
            for provider in sorted(problem.providers, key=lambda provider: provider.id)
        ],
        "contracts": [
            _contract(contract) for contract in sorted(problem.contracts, key=lambda c: (c.area, c.provider))
        ],
        "units": [_unit(unit) for unit in sorted(problem.units, key=lambda unit: unit.id)],
    }


def _contract(contract: Contract) -> Json:
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


def _unit(unit: Unit) -> Json:
    row: Json = {
        "id": unit.id,
        "area": unit.area,
        "answered": unit.answered,
        "area_date": unit.area_date.isoformat() if unit.area_date else None,
        "callable": unit.callable,
        "members": [
            {"id": member.id, "minutes": member.minutes, "current": member.current}
            for member in sorted(unit.members, key=lambda member: member.id)
        ],
        "wishes": [{"provider": wish.provider, "date": wish.date.isoformat()} for wish in unit.wishes],
    }
    if unit.lottery is not None:
        row["lottery"] = unit.lottery
    return row


def outcome_to_json(outcome: Outcome) -> Json:
    return {
        "schema": OUTCOME_SCHEMA,
        "problem_sha256": outcome.problem_sha256,
        "engine": outcome.engine,
        "placements": [_placement(row) for row in sorted(outcome.placements, key=lambda row: row.person)],
        "calls": [
            {"order": call.order, "person": call.person, "from": call.from_provider, "to": call.to_provider}
            for call in sorted(outcome.calls, key=lambda call: call.order)
        ],
        "totals": [
            {
                "area": total.area,
                "external_minutes": total.external_minutes,
                "committed_minutes": total.committed_minutes,
                "contracts": [
                    {"provider": row.provider, "minutes": row.minutes, "persons": row.persons}
                    for row in sorted(total.contracts, key=lambda row: row.provider)
                ],
            }
            for total in sorted(outcome.totals, key=lambda total: total.area)
        ],
        # In the order it happened: that is what a log is.
        "log": [_log_line(line) for line in outcome.log],
    }


def _placement(placement: Placement) -> Json:
    return {
        "person": placement.person,
        "unit": placement.unit,
        "provider": placement.provider,
        "how": placement.how,
        "wish": placement.wish,
        "unmet": [
            {
                "provider": unmet.provider,
                "why": unmet.why,
                "place_in_queue": unmet.place_in_queue,
                "minutes_ahead": unmet.minutes_ahead,
                "minutes_free": unmet.minutes_free,
            }
            for unmet in placement.unmet
        ],
    }


def _log_line(line: LogLine) -> Json:
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
