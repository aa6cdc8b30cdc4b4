"""Concurrent import and desk registration of choices are serialised per person."""

import datetime
import threading

import pytest
from django.db import connection, transaction

from choices import imports
from choices.models import Person, Wish
from choices.services import register_choice
from tests.import_files import table, take_in
from tests.world import SYSTEM, make_world

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
