"""Answers saved from two windows at once: each is compared with the stored revision, and none is lost."""

import pytest

from choices.models import Person
from citizens.access import EID, Citizen
from citizens.choosing import drafts
from citizens.choosing.models import Draft
from tests import factories as make
from tests.allocation.racing import both_at_once

OFFERED = {"lindens", "vaxtorp"}


@pytest.fixture
def citizen(transactional_db: None) -> Citizen:
    person: Person = make.PersonFactory.create(area=make.AreaFactory.create())
    found = Citizen(person, None, EID)
    drafts.begin(citizen=found, current=None)
    return found


def _read(citizen: Citizen) -> Draft:
    draft = drafts.draft_of(citizen)
    assert draft is not None
    return draft


def test_answers_of_two_windows_are_both_kept(citizen: Citizen):
    one, other = _read(citizen), _read(citizen)

    drafts.answer(draft=one, answers={"declines_to_choose": False})
    saved = drafts.answer(draft=other, answers={"queue_if_full": True})

    now = _read(citizen)
    assert (now.declines_to_choose, now.queue_if_full, now.revision) == (False, True, 2)
    assert (saved.declines_to_choose, saved.revision) == (False, 2)


def test_same_answer_twice_changes_nothing(citizen: Citizen):
    drafts.answer(draft=_read(citizen), answers={"queue_if_full": True})
    before = _read(citizen)

    drafts.answer(draft=_read(citizen), answers={"queue_if_full": True})

    now = _read(citizen)
    assert (now.revision, now.changed_at) == (before.revision, before.changed_at)


def test_button_of_an_outdated_list_does_nothing(citizen: Citizen):
    one, other = _read(citizen), _read(citizen)

    assert drafts.press(draft=one, act=drafts.PICK, code="lindens", revision=0, offered=OFFERED)
    # The same revision as displayed and as read, and changed since.
    assert not drafts.press(draft=other, act=drafts.PICK, code="vaxtorp", revision=0, offered=OFFERED)
    assert not drafts.press(draft=_read(citizen), act=drafts.PICK, code="vaxtorp", revision=0, offered=OFFERED)
    assert _read(citizen).ranking == ["lindens"]


def test_one_of_two_buttons_at_once_counts(citizen: Citizen):
    pressed: list[bool] = []

    def press(code: str) -> None:
        draft = _read(citizen)
        pressed.append(drafts.press(draft=draft, act=drafts.PICK, code=code, revision=0, offered=OFFERED))

    both_at_once(lambda: press("lindens"), lambda: press("vaxtorp"))

    assert sorted(pressed) == [False, True]
    assert len(_read(citizen).ranking) == 1


def test_answer_to_a_sent_draft_is_refused(citizen: Citizen):
    draft = _read(citizen)
    Draft.objects.all().delete()

    with pytest.raises(Draft.DoesNotExist):
        drafts.answer(draft=draft, answers={"queue_if_full": True})
    with pytest.raises(Draft.DoesNotExist):
        drafts.press(draft=draft, act=drafts.PICK, code="lindens", revision=0, offered=OFFERED)
