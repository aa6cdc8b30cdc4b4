"""The manual uses the labels of the pages."""

import datetime
import re
from pathlib import Path

from django.urls import reverse

from allocation.services import propose_round
from choices.services import close_round, freeze_round
from letters.services import propose_proof
from tests.administration.rounds.conftest import draft_of
from tests.administration.runs.conftest import client_of
from tests.world import SYSTEM

MANUAL = Path(__file__).resolve().parents[3] / "docs" / "manual" / "valomgangar.md"


def test_labels_in_the_manual_are_on_the_pages(world, draft, admin, senior, settings):
    person = world.person()
    clients = {"admin": client_of(admin), "senior": client_of(senior)}
    seen = ""

    def look(who: str, name: str, *arguments: str) -> None:
        nonlocal seen
        text = clients[who].get(reverse(f"casework:{name}", args=arguments)).text
        seen += " " + " ".join(re.sub(r"<[^>]+>", " ", text).split()).lower()

    look("admin", "rounds")
    look("admin", "round", draft.code)
    look("admin", "round_proof", draft.code)
    proof = propose_proof(round=draft, reason="Första", actor=admin)
    look("senior", "round_proof", draft.code)
    proof.state, proof.decided_at, proof.decided_by_id = "approved", proof.proposed_at, senior.user_id
    proof.save()
    look("admin", "round", draft.code)
    going = draft_of(world, code="pagar", told_by=draft.starts_on)
    freeze_round(round=going, actor=SYSTEM)
    look("senior", "round", going.code)
    over = draft_of(world, code="over", closes_on=datetime.date(2020, 11, 20))
    freeze_round(round=over, actor=SYSTEM)
    look("admin", "round", over.code)
    look("admin", "run_start")
    look("admin", "runs")
    run = propose_round(round=close_round(round=over, actor=SYSTEM), actor=admin)
    look("senior", "run", run.reference)
    look("senior", "run_people", run.reference)
    look("senior", "run_why", person.reference)

    names = [" ".join(name.split()).lower() for name in re.findall(r"\*\*([^*]+)\*\*", MANUAL.read_text())]
    assert len(names) > 15
    assert [name for name in names if name not in seen] == []
