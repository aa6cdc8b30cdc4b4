"""Register files are read in order, whole, once; and resumed after a killed reader."""

import datetime
import io
import os
import random
import signal
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from choices.models import Person, RegisterFile
from choices.registers import services
from choices.registers.services import read_folder
from common import clock
from tests.choices.registers import town
from tests.choices.registers.navet_files import file, post
from tests.world import make_world
from tests.world import test_number as number

NUMBER = number(0)
START = datetime.date(2020, 9, 1)
# The long run is a year of a municipality of 100,000 (make register-year).
YEAR = bool(os.environ.get("REGISTER_YEAR"))
PEOPLE, IN_CARE, A_DAY, DAYS, KILLS = (100_000, 1800, 250, 365, 50) if YEAR else (60, 40, 25, 10, 4)


@pytest.fixture
def person(db):
    return make_world().person(identity_number=NUMBER)


def write(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)


def test_files_are_applied_once_in_order_of_creation(person, tmp_path):
    later = file([post(NUMBER, at="20201121", given="Sist", family="Ek")], day=datetime.date(2020, 11, 21), running=2)
    first = file([post(NUMBER, at="20201120", given="Först", family="Ek")], running=1)
    write(tmp_path, "a.xml", later)
    write(tmp_path, "b.xml", first)
    assert read_folder(tmp_path, keep=True).changed == 2
    person.refresh_from_db()
    assert person.given_name == "Sist"
    again = read_folder(tmp_path)
    assert (again.files, again.posts, list(tmp_path.iterdir())) == (0, 0, [])


def test_missing_serial_number_delays_later_files_except_protection(person, tmp_path):
    write(tmp_path, "1.xml", file([], running=1))
    read_folder(tmp_path)
    write(tmp_path, "3.xml", file([post(NUMBER, given="Ny", confidential="J")], running=3))
    with pytest.raises(CommandError, match="löpnummer 2 saknas"):
        call_command("read_register", "--folder", str(tmp_path))
    person.refresh_from_db()
    assert (person.given_name, person.confidential) == ("Asta", True)
    write(tmp_path, "2.xml", file([], running=2))
    call_command("read_register", "--folder", str(tmp_path), stdout=(out := io.StringIO()))
    person.refresh_from_db()
    assert (person.given_name, RegisterFile.objects.count()) == ("Ny", 3)
    assert out.getvalue() == "2 filer, 1 post, 1 om personer hos oss, 1 ändrade något.\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (file([post(NUMBER, given="Ny", protected="J")], told=2), "säger 2 poster men har 1"),
        (file([post(NUMBER, given="Ny", protected="J")])[:-40], "inte hel"),
        (file([]).replace(b"Navetavisering", b"Annat"), "ingen fil från Navet"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "x">]>' + file([])[38:], "ingen fil från Navet"),
        (b"", "inte hel"),
    ],
)
def test_corrupt_file_changes_nothing_but_protection(person, tmp_path, content, told):
    write(tmp_path, "a.xml", content)
    [problem] = read_folder(tmp_path).problems
    assert told in problem
    person.refresh_from_db()
    assert person.given_name == "Asta"
    assert person.protected_registration == (b">J<" in content)
    assert list(tmp_path.iterdir()) == [tmp_path / "a.xml"]


@pytest.mark.django_db(transaction=True)
def test_state_is_unchanged_after_kills_and_a_second_read(tmp_path, settings, monkeypatch):
    """After kills at random moments the reading resumes, and another full read changes nothing."""
    monkeypatch.setattr(services, "BATCH", 500 if YEAR else 7)
    settings.REGISTER_MUNICIPALITY = "0127"
    area = make_world().north
    folders = []
    for name, first in (("whole", 0), ("killed", 400_000)):
        folders.append(tmp_path / name)
        folders[-1].mkdir()
        town.move_in(IN_CARE, first=first, area=area)
        for file_name, content in town.days(
            people=PEOPLE, changes_a_day=A_DAY, days=DAYS, seed=17, first=first, start=START
        ):
            write(folders[-1], file_name, content)

    began = time.monotonic()
    report = read_folder(folders[0], keep=True)
    seconds = time.monotonic() - began
    expected = town.state(first=0, count=IN_CARE)
    assert (report.files, report.problems, report.posts) == (DAYS, [], DAYS * A_DAY)
    if YEAR:
        print(f"\n{seconds:.0f} s, {1000 * seconds / report.posts:.2f} s per 1,000 posts, {report}")  # noqa: T201

    RegisterFile.objects.all().delete()
    chance = random.Random(5)
    for _kill in range(KILLS):
        _read_and_kill(folders[1], after=chance.uniform(0.02, seconds / KILLS))
    read_folder(folders[1], keep=True)
    assert town.state(first=400_000, count=IN_CARE) == expected
    people = list(Person.objects.order_by("id").values())

    RegisterFile.objects.all().delete()
    again = read_folder(folders[1])
    assert (again.posts, again.changed) == (DAYS * A_DAY, 0)
    assert list(Person.objects.order_by("id").values()) == people


def _read_and_kill(folder: Path, *, after: float) -> None:
    child = os.fork()
    if child == 0:
        # Its own connection; the parent's is untouched.
        connection.connection = None
        try:
            read_folder(folder, keep=True)
        finally:
            os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    # The server releases the killed reader's lock a moment later.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [services._LOCK])
        cursor.execute("SELECT pg_advisory_unlock(%s)", [services._LOCK])


@pytest.mark.skipif(not YEAR, reason="make register-year")
@pytest.mark.django_db(transaction=True)
def test_seconds_from_protection_flag_to_invisibility(tmp_path):
    from accounts.roles import Role
    from choices.selectors import visible_persons
    from tests.world import staff

    area = make_world().north
    town.move_in(1, first=0, area=area)
    officer = staff("anna", Role.CASE_OFFICER)
    write(tmp_path, "a.xml", file([*(post(number(9 + n)) for n in range(10_000)), post(NUMBER, confidential="J")]))
    began = clock.now()
    read_folder(tmp_path)
    assert not visible_persons(actor=officer).exists()
    print(f"\n{(clock.now() - began).total_seconds():.1f} s behind 10,000 other posts")  # noqa: T201
