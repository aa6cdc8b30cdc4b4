"""Concurrent import and desk registration of choices are serialised per person."""

import datetime
import threading

import pytest
from django.db import connection, transaction

from allocation.models import Placement
from choices import imports
from choices.models import CareDecision, Mandate, Person, Wish
from choices.services import register_choice
from tests.import_files import table, take_in
from tests.world import SYSTEM, make_world
from tests.world import test_number as number

LATER = {"valomgång": "", "kom in": "2020-10-08", "registrerad": "", "val 1": "p"}


@pytest.mark.django_db(transaction=True)
def test_import_waits_for_the_desk_and_continues_from_there():
    world = make_world()
    take_in("persons", {})
    person = Person.objects.get()
    file = table("choices", LATER)
    done = threading.Event()

    def bureau() -> None:
        imports.apply(kind="choices", table=file, actor=SYSTEM)
        done.set()
        connection.close()

    thread = threading.Thread(target=bureau)
    with transaction.atomic():
        # The desk holds the lock on the person, as register_choice does.
        register_choice(
            person=person, ranking=[world.p], received_on=datetime.date(2020, 10, 1), channel="phone", actor=SYSTEM
        )
        thread.start()
        assert not done.wait(1.0)
    thread.join(10)
    assert done.is_set()
    dates = Wish.objects.order_by("choice__received_on").values_list("queue_date", flat=True)
    assert list(dates) == [datetime.date(2020, 10, 1)] * 2


@pytest.mark.django_db(transaction=True)
def test_two_concurrent_imports_of_one_file_give_one_version():
    make_world()
    take_in("persons", {})
    file = table("choices", LATER)
    start = threading.Barrier(2)
    receipts = []

    def bureau() -> None:
        start.wait()
        receipts.append(imports.apply(kind="choices", table=file, actor=SYSTEM).pk)
        connection.close()

    threads = [threading.Thread(target=bureau) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert Wish.objects.count() == 1
    assert len(receipts) == 2
    assert len(set(receipts)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("kind", "rows"),
    [("decisions", CareDecision.objects), ("placements", Placement.objects), ("mandates", Mandate.objects)],
)
def test_import_finds_the_record_that_remains_of_a_merger_meanwhile(kind, rows):
    """The register merges two records while the file waits."""
    make_world()
    take_in("persons", {}, {"personnummer": number(1)})
    old, new = (Person.objects.get(identity_number=number(n)) for n in (0, 1))
    file = table(kind, {})
    done = threading.Event()

    def bureau() -> None:
        imports.apply(kind=kind, table=file, actor=SYSTEM)
        done.set()
        connection.close()

    thread = threading.Thread(target=bureau)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=old.pk)
        thread.start()
        assert not done.wait(1.0)
        Person.objects.filter(pk=old.pk).update(merged_into=new)
    thread.join(10)
    assert done.is_set()
    assert [row.person_id for row in rows.all()] == [new.pk]
