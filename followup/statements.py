"""The statements of the follow-up, with the relations of the facts before them."""

from pathlib import Path

from allocation.facts.statements import Statements

_FOLLOWUP = Statements(Path(__file__).with_name("statements.sql"))
query, statement = _FOLLOWUP.query, _FOLLOWUP.statement
