"""Hand-over of a batch: approval of the proof, content check, folder, receipt, returned mail."""

import datetime
import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from accounts.roles import Role
from letters import files
from letters.models import Letter, LetterText, PrintBatch, ReturnedLetter
from letters.selectors import print_batch_path, unrendered
from letters.services import (
    approve_batch,
    compose_print_batch,
    create_letters,
    hand_over,
    handle_return,
    mark_posted,
    read_receipts,
    register_return,
    reject_batch,
    render_letter,
)
from letters.services.handover import batch_faults
from tests.world import SYSTEM, staff

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2020, 11, 23)


@pytest.fixture
def senior(world, apply):
    return staff("lena", Role.SENIOR_OFFICER)


@pytest.fixture
def batch(world, apply, settings, tmp_path):
    settings.LETTER_DROP = str(tmp_path / "drop")
    settings.LETTER_RECEIPTS = str(tmp_path / "receipts")
    for _ in range(3):
        world.choose(world.person(), world.p)
    create_letters(run=apply(), actor=SYSTEM)
    return composed()


def composed():
    for letter in unrendered():
        render_letter(letter_id=letter.pk)
    return compose_print_batch(stack=Letter.objects.filter(route="print")[0].stack, actor=SYSTEM)


def receipt(batch, changes=None):
    return {
        "schema": "print-receipt/1",
        "batch": batch.reference,
        "manifest_sha256": batch.manifest_sha256,
        "letters": batch.letters_count,
        "posted_on": "2020-11-23",
    } | (changes or {})


def put(folder, content):
    folder.mkdir(exist_ok=True)
    (folder / "r.json").write_text(json.dumps(content))


def test_batch_from_proof_to_posting(batch, senior, tmp_path):
    assert batch_faults(batch) == []
    approve_batch(batch=batch, actor=senior)
    handed = hand_over(batch=batch, actor=senior)
    assert hand_over(batch=batch, actor=senior) == handed
    left = tmp_path / "drop" / batch.reference
    assert sorted(path.name for path in left.iterdir()) == ["letters-001.pdf", "manifest.csv", "manifest.json"]
    assert files.sha256_of(left / "manifest.json") == batch.manifest_sha256
    assert [path.name for path in (tmp_path / "drop").iterdir()] == [batch.reference]
    put(tmp_path / "receipts", receipt(batch))
    assert read_receipts(actor=SYSTEM) == 1
    assert read_receipts(actor=SYSTEM) == 0
    batch.refresh_from_db()
    assert (batch.status, batch.posted_on) == ("posted", TODAY)
    assert set(batch.letters.values_list("posted_on", flat=True)) == {TODAY}


WRONG = [
    *({"letters": 2}, {"manifest_sha256": "0" * 64}, {"batch": "NO"}, {"batch": {}}, {"batch": "\0"}, {"schema": "x"}),
    *({"posted_on": day} for day in ("2020-11-24", "2020-11-22", "1920-11-23", "23/11 2020", None, "")),
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_mismatched_receipt_changes_nothing(batch, senior, tmp_path, wrong):
    approve_batch(batch=batch, actor=senior)
    hand_over(batch=batch, actor=senior)
    put(tmp_path / "receipts", receipt(batch, wrong))
    assert read_receipts(actor=SYSTEM) == 0
    assert (tmp_path / "receipts" / "refused" / "r.json").exists()
    assert PrintBatch.objects.get().status == "handed_over"


def test_receipt_that_cannot_be_read_does_not_hold_up_the_next(batch, senior, tmp_path):
    approve_batch(batch=batch, actor=senior)
    hand_over(batch=batch, actor=senior)
    put(tmp_path / "receipts", receipt(batch))
    (tmp_path / "receipts" / "a.json").mkdir()
    assert read_receipts(actor=SYSTEM) == 1
    assert (tmp_path / "receipts" / "a.json").is_dir()


@pytest.mark.parametrize("content", ["[" * 100_000, "[]", "null", "\ud800", ""], ids=range(5))
def test_odd_receipt_does_not_hold_up_the_next(batch, senior, tmp_path, content):
    approve_batch(batch=batch, actor=senior)
    hand_over(batch=batch, actor=senior)
    put(tmp_path / "receipts", receipt(batch))
    (tmp_path / "receipts" / "a.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    assert read_receipts(actor=SYSTEM) == 1
    assert (tmp_path / "receipts" / "refused" / "a.json").exists()


def test_unapproved_batch_is_not_handed_over(batch, senior):
    with pytest.raises(ValidationError, match="Väntar på korrektur"):
        hand_over(batch=batch, actor=senior)
    with pytest.raises(ValidationError, match="människa"):
        approve_batch(batch=batch, actor=SYSTEM)
    PrintBatch.objects.update(created_by=senior.user_id)
    with pytest.raises(ValidationError, match="själv satt ihop"):
        approve_batch(batch=batch, actor=senior)
    with pytest.raises(PermissionDenied):
        approve_batch(batch=batch, actor=staff("maja", Role.CASE_OFFICER))


def test_outdated_letter_stops_the_batch(batch, senior, world):
    letter = batch.letters.select_related("person").first()
    letter.person.street = "Nygatan 2"
    letter.person.save()
    with pytest.raises(ValidationError, match=f"{letter.reference}: Personen har en annan adress nu"):
        approve_batch(batch=batch, actor=senior)
    other = batch.letters.last()
    other.person.care_decisions.update(minutes=60)
    assert {what for _reference, what in batch_faults(batch)} == {
        "Personen har en annan adress nu.",
        "Personen har fått ett nytt beslut om timmar.",
    }


def test_changed_file_is_not_handed_over(batch, senior):
    approve_batch(batch=batch, actor=senior)
    path = print_batch_path(batch)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ValidationError, match="har ändrats"):
        hand_over(batch=batch, actor=senior)


def test_rejected_batch_releases_its_letters_for_a_new_one(batch, senior):
    with pytest.raises(ValidationError, match="varför"):
        reject_batch(batch=batch, reason=" ", actor=senior)
    reject_batch(batch=batch, reason="Fel papper", actor=senior)
    again = composed()
    assert again.reference != batch.reference
    assert again.letters_count == batch.letters_count
    approve_batch(batch=again, actor=senior)
    hand_over(batch=again, actor=senior)
    with pytest.raises(ValidationError, match="redan lämnad"):
        reject_batch(batch=again, reason="För sent", actor=senior)


def test_posting_date_cannot_be_in_the_future(batch, senior):
    approve_batch(batch=batch, actor=senior)
    hand_over(batch=batch, actor=senior)
    with pytest.raises(ValidationError, match="senare än i dag"):
        mark_posted(batch=batch, posted_on=TODAY + datetime.timedelta(days=1), actor=senior)


def test_returned_letter_is_registered_once_and_holds_the_next(batch, senior, world):
    letter = batch.letters.first()
    scanned = f"{letter.reference[:4]}-{letter.reference[4:]}".lower()
    returned = register_return(reference=scanned, reason="moved", actor=senior)
    assert register_return(reference=scanned, reason="moved", actor=senior) == returned
    with pytest.raises(ValidationError, match="inget brev"):
        register_return(reference="NOSUCHLETTER", reason="moved", actor=senior)
    handle_return(returned=returned, how="address", actor=senior)
    assert ReturnedLetter.objects.get().handled_by_id == senior.user_id


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Letter, {"facts": {}}),
        (Letter, {"sha256": "0" * 64}),
        (Letter, {"layout_version": 9}),
        (LetterText, {"blocks": {}}),
    ],
)
def test_database_refuses_changes_of_letters_and_texts(batch, model, change):
    with pytest.raises(DatabaseError, match=r"never|once"), transaction.atomic():
        model.objects.filter(pk=model.objects.first().pk).update(**change)
