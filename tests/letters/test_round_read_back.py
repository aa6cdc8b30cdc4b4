"""Letters of a whole round, read back: each contains its own facts, and nobody else's.

``make letters-read-back`` does the same with 1,500 people.
"""

import os
import subprocess

import pytest

from benchmarks.mailing import make_run
from letters import files
from letters.content import compose
from letters.models import Letter
from letters.selectors import unrendered
from letters.services import compose_print_batch, render_letter
from letters.services.handover import batch_faults
from providers.models import Provider
from tests.administration.main_job.conftest import broker  # noqa: F401
from tests.world import SYSTEM

pytestmark = pytest.mark.django_db

PEOPLE = int(os.environ.get("LETTERS", "40"))


@pytest.fixture
def letters(broker, tmp_path, settings) -> list[Letter]:  # noqa: F811
    run = make_run(people=PEOPLE, folder=tmp_path)
    for letter_id in list(unrendered(run=run).values_list("pk", flat=True)):
        render_letter(letter_id=letter_id)
    return list(run.letters.exclude(route="hold").select_related("person", "text", "holder").order_by("pk"))


def test_each_letter_contains_its_own_facts_only(letters):
    assert len({letter.person_id for letter in letters}) > PEOPLE * 9 // 10
    references = {letter.reference for letter in letters}
    names = {letter.person.full_name for letter in letters}
    streets = {letter.person.street for letter in letters}
    numbers = {letter.person.identity_number for letter in letters}
    providers = set(Provider.objects.values_list("name", flat=True))
    for letter in letters:
        text = text_of(letter)
        facts = letter.facts
        content = compose(facts=facts, blocks=letter.text.blocks)
        said = [content.title, content.lead, *content.notes, *content.closing]
        said += [line for section in content.sections for line in (section.title, *section.lines, *section.paragraphs)]
        assert_all_said(text, [*facts["address"], *said])
        of_letter = [facts["provider"]["name"], facts["before"], *(wish["provider"] for wish in facts["unmet"])]
        assert {name for name in providers if name in text} <= with_parts(of_letter, providers)
        own = with_parts([letter.person.full_name, letter.holder.name if letter.holder else ""], names)
        assert {name for name in names if name in text} <= own | with_parts([facts["decided_by"]], names)
        assert {reference for reference in references if reference in text} == {letter.reference}
        own_street = {letter.person.street, letter.person.mail_street, letter.holder.street if letter.holder else ""}
        assert {street for street in streets if street and street in text} <= with_parts(own_street, streets)
        bare = text.replace("-", "")
        inside = {number for number in numbers if number in bare}
        assert inside == ({letter.person.identity_number} if letter.route == "protected" else set())

    batch = compose_print_batch(stack=letters[0].stack, actor=SYSTEM)
    assert batch_faults(batch) == []
    printed = [letter for letter in letters if letter.route == "print"]
    assert batch.letters_count == len(printed)
    assert batch.pages_count == sum(letter.pages for letter in printed)


def text_of(letter: Letter) -> str:
    command = ["pdftotext", "-raw", str(files.media(letter.file_name)), "-"]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return " ".join(found.split())


def assert_all_said(text: str, parts: list[str]) -> None:
    bare = "".join(text.split())
    # A page footer may interrupt a paragraph.
    assert [part for part in parts if "".join(part.split()) not in bare and len(part) < 150] == []


def with_parts(own: object, among: set[str]) -> set[str]:
    """``own``, and any of ``among`` that is part of one of them."""
    return {name for name in among for mine in own if mine and name in mine}
