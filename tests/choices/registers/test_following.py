"""Effect of register posts on people in care, and on nobody else."""

import datetime
import threading
from importlib import import_module
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from accounts.actors import Actor
from allocation.models import ContactTask, Offer
from audit.models import Event
from choices.mandate_services import add_mandate
from choices.models import MandateHolder, Person, RegisterFile, RegisterMark, RegisterTask
from choices.registers import applying
from choices.registers.navet.envelope import call_name
from choices.registers.navet.reading import posts_in
from choices.registers.services import read_folder
from choices.selectors import current_choice_of
from letters.models import Letter
from tests import factories as make
from tests.choices.registers import town
from tests.choices.registers.navet_files import file, post
from tests.import_files import take_in
from tests.long_form import examples
from tests.world import make_world
from tests.world import test_number as number

pytestmark = pytest.mark.django_db
NUMBER, OTHER = number(0), number(1)
SCHEMA = Path("choices/registers/navet/wsdl/schema/Navetavisering.xsd")


@pytest.fixture
def world(settings):
    settings.REGISTER_MUNICIPALITY = "0127"
    return make_world()


@pytest.fixture
def person(world) -> Person:
    return world.person(identity_number=NUMBER, given_name="Asta", family_name="Provsson")


def follow(*posts: str) -> tuple[int, int]:
    found = posts_in(file(posts))
    applying.protect(found)
    return applying.follow(found)


def tasks() -> list[str]:
    return list(RegisterTask.objects.order_by("id").values_list("kind", flat=True))


def test_generated_files_are_valid_by_the_register_schema():
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    start = datetime.date(2020, 1, 1)
    for _name, content in town.days(people=50, changes_a_day=60, days=5, seed=1, first=0, start=start):
        schema.assertValid(etree.fromstring(content))


def test_protection_is_set_immediately_and_lifted_only_by_a_human(person):
    follow(post(NUMBER, at="20201120000001", confidential="J"))
    follow(post(NUMBER, at="20201120000002", protected="J", home=("", "", "Hemliga gatan 7", "14785", "Tumba")))
    person.refresh_from_db()
    assert (person.confidential, person.protected_registration, person.street) == (True, True, "")
    follow(post(NUMBER, at="20201120000003", confidential="N", protected="nil"))
    follow(post(NUMBER, at="20201120000004", total=True))
    person.refresh_from_db()
    assert person.confidential
    assert tasks() == ["protection_ended"]


def test_missing_or_empty_flag_changes_nothing(person):
    person.confidential = True
    person.save()
    follow(post(NUMBER, confidential="nil", given="Asta", family="Provsson"))
    person.refresh_from_db()
    assert (person.confidential, tasks()) == (True, [])


def test_death_stops_letters_offers_and_calls_in_the_same_transaction(world, person):
    offer = make.OfferFactory.create(person=person)
    call = make.ContactTaskFactory.create(person=person)
    letter = make.LetterFactory.create(person=person)
    follow(post(NUMBER, gone=("AV", "20201115")))
    for each in (person, offer, call, letter):
        each.refresh_from_db()
    assert person.deceased_on == datetime.date(2020, 11, 15)
    assert (offer.status, call.status) == (Offer.Status.WITHDRAWN, ContactTask.Status.DROPPED)
    assert (letter.route, letter.hold_reason) == (Letter.Route.HOLD, "Personen är avliden.")


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("20201000", "2020-10-31"),
        ("20201100", "2020-11-23"),
        ("20200000", "2020-11-23"),
        ("0", "2020-11-23"),
        ("i höst", "2020-11-23"),
    ],
)
def test_unknown_day_of_death_is_the_latest_possible_and_creates_a_task(person, told, day):
    follow(post(NUMBER, gone=("AV", told)))
    person.refresh_from_db()
    assert (str(person.deceased_on), tasks()) == (day, ["death_date"])


def test_file_never_revokes_a_death(person):
    follow(post(NUMBER, at="20201120000001", gone=("AV", "20201115")))
    follow(post(NUMBER, at="20201120000002", total=True, given="Asta", family="Provsson"))
    person.refresh_from_db()
    assert (person.deceased_on, tasks()) == (datetime.date(2020, 11, 15), ["alive"])


def test_move_is_stored_and_creates_a_task_for_the_area(person):
    follow(post(NUMBER, home=("Ek", "Lgh 1102", "Kanelgatan 4", "14785", "Tumba"), municipality="0127"))
    person.refresh_from_db()
    assert (person.care_of, person.street, person.postal_code, person.town) == (
        "c/o Ek", "Lgh 1102, Kanelgatan 4", "14785", "Tumba",
    )  # fmt: skip
    assert (person.area.code, tasks()) == ("north", ["moved"])


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        ({"home": ("", "", "PROVGRÄND 1", "14500", "NORSBORG"), "municipality": "0127"}, []),
        ({"home": ("", "", "Sveavägen 1", "11122", "Stockholm"), "municipality": "0180"}, ["moved", "moved_out"]),
        ({"gone": ("UV", "20201101"), "abroad": ("Gata 2", "", "0150 Oslo", "Norge")}, ["emigrated"]),
        ({"gone": ("OB", "20201101")}, ["gone"]),
        ({"home": ("", "x" * 35, "y" * 35, "14785", "Tumba")}, ["address"]),
    ],
)
def test_posts_that_need_judgement_become_tasks(person, facts, kinds):
    follow(post(NUMBER, **facts))
    assert sorted(tasks()) == kinds


def test_unknown_reason_code_is_reported(person):
    [found] = posts_in(file([post(NUMBER, gone=("AV", "20201101"))]).replace(b">AV<", b">XY<"))
    applying.follow([found])
    person.refresh_from_db()
    assert (person.deceased_on, tasks()) == (None, ["gone"])


def test_mail_addresses_have_envelope_format(person):
    follow(post(NUMBER, at="20201120000001", abroad=("Gata 2", "", "0150 Oslo", "Norge")))
    person.refresh_from_db()
    assert (person.mail_street, person.mail_town, person.mail_country) == ("Gata 2", "0150 Oslo", "Norge")
    follow(post(NUMBER, at="20201120000002", mail=("", "", "Box 12", "14785", "Tumba")))
    person.refresh_from_db()
    assert (person.mail_street, person.mail_postal_code, person.mail_country) == ("Box 12", "14785", "")
    follow(post(NUMBER, at="20201120000003", mail=("", "", "", "", "")))
    person.refresh_from_db()
    assert person.mail_street == person.mail_town == ""


@pytest.mark.parametrize(
    ("given", "mark", "used"),
    [("Karl-Erik Bo", "12", "Karl-Erik"), ("Karl-Erik Bo", "30", "Bo"), ("Anna Maria", "20", "Maria"),
     ("Anna Maria", "", ""), ("Anna", "40", ""), ("Anna Maria", "12", "Anna Maria"), ("Anna", "1x", "")],
)  # fmt: skip
def test_name_in_use(given, mark, used):
    assert call_name(given, mark) == used


def test_single_names(person):
    follow(post(NUMBER, at="20201120000001", given="Anna Maria", call="20", middle="Ek", family="Öberg"))
    person.refresh_from_db()
    assert (person.given_name, person.family_name, person.sort_name) == ("Maria", "Ek Öberg", "ek {cberg!maria")
    follow(post(NUMBER, at="20201120000002", family="Al"))
    person.refresh_from_db()
    assert (person.given_name, person.family_name) == ("Maria", "Al")


def test_new_number_keeps_the_record_and_the_old_one_finds_it(person):
    reference = person.reference
    follow(post(OTHER, assigned=True, other=NUMBER))
    person.refresh_from_db()
    assert (person.reference, person.identity_number) == (reference, OTHER)
    assert Person.objects.get(identity_number=NUMBER).merged_into == person
    # The old number's own post repeats the change.
    follow(post(NUMBER, at="20201121000000", other=OTHER, gone=("GN", "20201120")))
    assert Person.objects.count() == 2


def test_third_number_finds_the_record_by_the_first(person):
    third = number(2)
    follow(post(OTHER, at="20201120000001", other=NUMBER))
    follow(post(third, at="20201120000002", other=NUMBER))
    person.refresh_from_db()
    assert person.identity_number == third
    assert {Person.objects.get(identity_number=each).merged_into for each in (NUMBER, OTHER)} == {person}


def test_death_in_a_care_system_file_has_the_same_effect(world):
    take_in("persons", {})
    offer = make.OfferFactory.create(person=Person.objects.get())
    take_in("persons", {"avliden": "2020-11-15"})
    offer.refresh_from_db()
    assert offer.status == Offer.Status.WITHDRAWN


def test_two_records_of_one_person(world, person):
    bare = make.PersonFactory.create(identity_number=OTHER, area=world.north, confidential=True)
    follow(post(OTHER, other=NUMBER))
    person.refresh_from_db()
    bare.refresh_from_db()
    # The record with care is kept, with the new number; protection of either becomes protection of both.
    assert (person.identity_number, bare.identity_number, bare.merged_into) == (OTHER, NUMBER, person)
    assert person.confidential


def test_rest_of_a_post_is_about_the_record_that_remains(world, person):
    """The post is found by the newer number, whose record is merged into the one with help."""
    bare = make.PersonFactory.create(identity_number=OTHER, area=world.north)
    offer = make.OfferFactory.create(person=person)
    home = ("", "", "Nya gatan 2", "14785", "Tumba")
    follow(post(OTHER, at="20201122000001", other=NUMBER, given="Ny", family="Ek", home=home))
    person.refresh_from_db()
    bare.refresh_from_db()
    assert (person.given_name, person.street, bare.merged_into) == ("Ny", "Nya gatan 2", person)
    assert RegisterTask.objects.get().person == person
    # The order of posts is that of the remaining record.
    follow(post(NUMBER, at="20201121000000", given="Gammal", family="Ek"))
    follow(post(OTHER, at="20201121000000", given="Gammal", family="Ek"))
    person.refresh_from_db()
    assert person.given_name == "Ny"
    follow(post(OTHER, at="20201123000000", other=NUMBER, gone=("AV", "20201120")))
    offer.refresh_from_db()
    assert offer.status == Offer.Status.WITHDRAWN


def test_death_in_the_post_of_a_new_number_is_that_of_the_record_with_help(world, person):
    bare = make.PersonFactory.create(identity_number=OTHER, area=world.north)
    offer = make.OfferFactory.create(person=person)
    follow(post(OTHER, other=NUMBER, gone=("AV", "20201120")))
    person.refresh_from_db()
    bare.refresh_from_db()
    offer.refresh_from_db()
    assert (person.deceased_on, bare.deceased_on) == (datetime.date(2020, 11, 20), None)
    assert offer.status == Offer.Status.WITHDRAWN


def test_work_about_a_merged_record_is_about_the_one_that_remains(world, person):
    """A scanned form, and reports to judge; one report that both have had stays one."""
    bare = make.PersonFactory.create(identity_number=OTHER, area=world.north)
    scan = make.ScanFactory.create(person=bare)
    for each, kind in ((bare, "address"), (bare, "moved"), (person, "moved")):
        RegisterTask.objects.create(person=each, kind=kind, told="20201101000000")
    follow(post(OTHER, other=NUMBER))
    scan.refresh_from_db()
    assert scan.person == person
    assert set(RegisterTask.objects.filter(person=person).values_list("kind", flat=True)) == {"address", "moved"}


@pytest.mark.parametrize("dead", [NUMBER, OTHER])
def test_two_records_of_which_one_is_dead_need_a_human(world, person, dead):
    other = make.PersonFactory.create(identity_number=OTHER, area=world.north)
    Person.objects.filter(identity_number=dead).update(deceased_on="2020-11-01")
    follow(post(OTHER, other=NUMBER))
    person.refresh_from_db()
    other.refresh_from_db()
    assert (person.merged_into, other.merged_into, tasks()) == (None, None, ["merge"])


def test_a_record_without_help_is_merged_into_the_end_of_a_chain(world, person):
    """A number that was replaced before: names, protection and choices are those of the record that remains."""
    follow(post(OTHER, at="20201120000001", other=NUMBER))
    stray = make.PersonFactory.create(identity_number=number(2), area=world.north, confidential=True)
    make.ChoiceFactory.create(person=stray)
    follow(post(NUMBER, at="20201120000002", other=stray.identity_number))
    person.refresh_from_db()
    stray.refresh_from_db()
    assert (stray.merged_into, person.confidential, person.identity_number) == (person, True, OTHER)


def test_a_record_with_mergers_is_merged_with_them(world, person):
    """Each query follows one step: none is left behind."""
    first, second = (make.PersonFactory.create(identity_number=number(each), area=world.north) for each in (2, 3))
    choice = make.ChoiceFactory.create(person=first)
    follow(post(number(3), at="20201120000001", other=number(2)))
    follow(post(NUMBER, at="20201120000002", other=number(3)))
    merged = set(Person.objects.filter(pk__in=[first.pk, second.pk]).values_list("merged_into", flat=True))
    assert merged == {person.pk}
    assert current_choice_of(person=person) == choice


def test_two_records_with_care_need_a_human(world, person):
    other = world.person(identity_number=OTHER)
    follow(post(OTHER, other=NUMBER))
    other.refresh_from_db()
    assert (other.merged_into, tasks()) == (None, ["merge"])


def test_protection_of_one_of_two_records_with_care_protects_both(world, person):
    other = world.person(identity_number=OTHER)
    follow(post(OTHER, other=NUMBER, protected="J"))
    person.refresh_from_db()
    other.refresh_from_db()
    assert (person.protected_registration, person.street) == (True, "")
    assert other.protected_registration


def test_address_of_a_post_is_not_stored_when_the_other_record_is_protected(world, person):
    make.PersonFactory.create(
        identity_number=OTHER, area=world.north, protected_registration=True, street="", postal_code="", town=""
    )
    follow(post(OTHER, other=NUMBER, home=("", "", "Hemliga gatan 7", "14785", "Tumba")))
    person.refresh_from_db()
    assert (person.identity_number, person.protected_registration, person.street) == (OTHER, True, "")


@pytest.mark.parametrize("recorded", [NUMBER, OTHER])
def test_mandates_follow_their_holder_to_the_new_number(world, recorded):
    """The holder's record has the old number or the new one; the mandate has the old one."""
    holder = world.person(identity_number=recorded)
    mandate = make.MandateFactory.create(person=world.person())
    held = MandateHolder.objects.create(mandate=mandate, name="Vide Ek", phone="08-465 004 01", identity_number=NUMBER)
    follow(post(OTHER, other=NUMBER))
    Person.objects.filter(pk=holder.pk).update(confidential=True)
    held = MandateHolder.objects.get(pk=held.pk)
    assert (held.identity_number, held.is_protected, held.shown_phone) == (OTHER, True, "")


def test_mandate_with_an_old_number_is_the_new_persons(world, person):
    follow(post(OTHER, other=NUMBER))
    represented = world.person()
    facts = {"kind": "god_man", "scope": "Val", "evidence": "Register", "evidence_seen": True}
    add_mandate(
        person=represented,
        holder="Vide Ek",
        others=("Vide Ek",),
        identity_number=NUMBER,
        valid_from=datetime.date(2020, 1, 1),
        actor=Actor.system("test"),
        **facts,
    )
    # Another holder of the same name is somebody else.
    assert sorted(MandateHolder.objects.values_list("identity_number", flat=True)) == ["", OTHER]
    take_in("mandates", {"personnummer": represented.identity_number, "företrädarens personnummer": NUMBER})
    assert MandateHolder.objects.filter(identity_number=NUMBER).count() == 0


@pytest.fixture
def chains():
    """Records merged in several steps, as earlier releases stored them."""
    with connection.cursor() as cursor:
        # A table with deferred checks to come cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE choices_person DISABLE TRIGGER USER")
        yield
        cursor.execute("ALTER TABLE choices_person ENABLE TRIGGER USER")


def test_upgrade_leads_each_record_to_the_one_that_remains(world, person, chains):
    end = person
    for each in range(11, 14):
        end = make.PersonFactory.create(identity_number=number(each), merged_into=end)
    with connection.cursor() as cursor:
        cursor.execute(import_module("choices.migrations.0009_merged_into_remaining").FLATTEN)
    assert set(Person.objects.filter(merged_into__isnull=False).values_list("merged_into", flat=True)) == {person.pk}


@settings(max_examples=examples(90))
@given(steps=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=8))
def test_merged_records_lead_to_one_that_remains(steps):
    with transaction.atomic():
        area = make.AreaFactory.create()
        people = [make.PersonFactory.create(area=area).pk for _ in range(5)]
        groups = [{pk} for pk in people]
        for one, other in steps:
            mine, theirs = (next(group for group in groups if people[each] in group) for each in (one, other))
            record = Person.objects.get(pk=people[one])
            if record.merged_into_id:
                continue
            if mine is theirs:
                # A record would be merged into itself, directly or by others.
                with pytest.raises(IntegrityError, match="not_merged_into_self"), transaction.atomic():
                    Person.objects.filter(pk=record.pk).update(merged_into=people[other])
                continue
            Person.objects.filter(pk=record.pk).update(merged_into=people[other])
            groups = [group for group in groups if group not in (mine, theirs)] + [mine | theirs]
        for group in groups:
            remaining = {person.remaining.pk for person in Person.objects.filter(pk__in=group)}
            assert len(remaining) == 1
            assert remaining <= group
        assert not Person.objects.filter(merged_into__merged_into__isnull=False).exists()
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("earlier", ["of the first record", "of the second record"])
def test_two_mergers_at_the_same_moment_leave_no_chain(earlier):
    """The first of three records is merged into the second while the second is merged into the third."""
    area = make.AreaFactory.create()
    first, second, third = (make.PersonFactory.create(area=area).pk for _ in range(3))
    mergers = [(first, second), (second, third)]
    if earlier == "of the second record":
        mergers.reverse()
    done = threading.Event()

    def merge_later() -> None:
        Person.objects.filter(pk=mergers[1][0]).update(merged_into=mergers[1][1])
        done.set()
        connection.close()

    thread = threading.Thread(target=merge_later)
    with transaction.atomic():
        Person.objects.filter(pk=mergers[0][0]).update(merged_into=mergers[0][1])
        thread.start()
        assert not done.wait(0.5)
    thread.join(10)
    assert done.is_set()
    assert dict(Person.objects.values_list("pk", "merged_into")) == {first: third, second: third, third: None}


def test_upgrade_moves_mandates_with_replaced_numbers(world, person, chains):
    second = make.PersonFactory.create(identity_number=number(12), merged_into=person)
    first = make.PersonFactory.create(identity_number=number(11), merged_into=second)
    mandate = make.MandateFactory.create(person=world.person())
    held = mandate.holders.create(name="Vide Ek", identity_number=first.identity_number)
    with connection.cursor() as cursor:
        cursor.execute(import_module("choices.migrations.0008_holders_by_number_now").FOLLOW)
    held.refresh_from_db()
    assert held.identity_number == NUMBER


def test_people_not_in_care_are_not_stored(person, tmp_path, caplog):
    stranger = number(777)
    (tmp_path / "a.xml").write_bytes(
        file([post(stranger, given="Främling", family="Okänd", home=("", "", "Deras gata 9", "14785", "Tumba"))])
    )
    report = read_folder(tmp_path)
    assert (report.posts, report.in_care, list(tmp_path.iterdir())) == (1, 0, [])
    kept = [list(model.objects.values()) for model in (Person, RegisterFile, RegisterMark, RegisterTask, Event)]
    assert not any(secret in repr(kept) + caplog.text for secret in (stranger, "Främling", "Deras gata"))


def test_earlier_posts_are_not_applied_again(person):
    newer = post(NUMBER, at="20201122", given="Ny", family="Ek")
    older = post(NUMBER, at="20201121", given="Gammal", family="Ek")
    assert follow(newer) == (1, 1)
    assert follow(older, newer) == (2, 0)
    person.refresh_from_db()
    assert person.given_name == "Ny"
