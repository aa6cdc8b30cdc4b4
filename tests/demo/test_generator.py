"""The generated municipality: reproducible, fictitious and realistic."""

import csv
import io
import re
import statistics
from collections import Counter

import pytest
from django.core.management import call_command

from choices import identity
from demo.care import ALARM, HOME_CARE, MIX
from demo.generator import FILES, make_town, write_files
from demo.places import POSTCODES, postcodes
from demo.wishes import CLOSES, MUNICIPAL, OPENS


@pytest.fixture(scope="module")
def town():
    return make_town(people=1500, seed=2020)


@pytest.fixture(scope="module")
def files(town, tmp_path_factory):
    paths = write_files(town, tmp_path_factory.mktemp("town"))
    tables = {}
    for kind, path in paths.items():
        with path.open(encoding="utf-8-sig", newline="") as file:
            tables[kind] = list(csv.DictReader(file, delimiter=";"))
    return tables


def granted_minutes(town) -> dict[str, int]:
    """Minutes that follow the choice, by each person's newest decision."""
    minutes = {person.number: 0 for person in town.people}
    for decision in sorted(town.decisions, key=lambda decision: decision.valid_from):
        if decision.service == HOME_CARE:
            minutes[decision.person.number] = decision.minutes
    return minutes


def test_same_seed_gives_the_same_bytes(tmp_path):
    for folder in ("a", "b"):
        call_command("generate_demo", people=200, seed=7, out=tmp_path / folder, stdout=io.StringIO())
    for name in FILES.values():
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_another_seed_gives_other_people():
    one, other = ({p.number for p in make_town(people=200, seed=seed).people} for seed in (7, 8))
    assert one != other


def test_numbers_are_of_the_test_series_valid_and_unique(files):
    numbers = [row["personnummer"] for row in files["persons"]]
    holders = [row["företrädarens personnummer"] for row in files["mandates"]]
    assert len(set(numbers)) == len(numbers) == 1500
    assert len(set(holders)) == len(holders)
    assert not set(numbers) & set(holders)
    kinds = Counter()
    for number in numbers + holders:
        stored, kind = identity.parse(number)
        assert stored == number
        kinds[kind] += 1
        if kind == identity.IdentityKind.RESERVE:
            assert re.fullmatch(r"\d{8}98[A-Z]\d", number)
        else:
            assert 980 <= int(number[8:11]) <= 999
    assert set(kinds) == set(identity.IdentityKind)


def test_birth_number_is_odd_for_men_and_even_for_women(town):
    for person in town.people:
        if person.number.isdigit():
            assert int(person.number[10]) % 2 == (0 if person.woman else 1)


def test_people_born_on_one_day_get_different_numbers():
    assert len({p.number for p in make_town(people=20_000, seed=1).people}) == 20_000


@pytest.mark.parametrize("people", [100, 1500, 3333])
def test_hours_have_the_known_distribution(people):
    minutes = granted_minutes(make_town(people=people, seed=2020)).values()
    percent = 0
    for share, low, high in MIX:
        found = sum(low * 60 <= m <= high * 60 for m in minutes)
        before, percent = percent, percent + share
        assert found == round(people * percent / 100) - round(people * before / 100)
    assert len(minutes) == people
    assert 23 <= sum(minutes) / people / 60 <= 28


def test_alarm_only_is_a_decision_of_no_minutes(town):
    alarm_only = {number for number, minutes in granted_minutes(town).items() if minutes == 0}
    services = {number: set() for number in alarm_only}
    for decision in town.decisions:
        if decision.service == ALARM:
            assert decision.minutes == 0
        if decision.person.number in alarm_only:
            services[decision.person.number].add(decision.service)
    assert all(found == {ALARM} for found in services.values())


def test_ages_sexes_and_languages(town):
    ages = [2020 - int(person.number[:4]) for person in town.people]
    assert abs(statistics.median(ages) - 84) <= 1
    assert 0.62 <= sum(person.woman for person in town.people) / 1500 <= 0.71
    languages = Counter(person.language for person in town.people)
    assert len(languages) >= 10
    assert languages["fi"] > 50
    letters = "".join(person.given_name + person.family_name for person in town.people)
    assert set("åäöéüÅÖ") <= set(letters)


def test_couples_live_together_and_some_choose_together(town):
    homes = {}
    for person in town.people:
        if person.household:
            homes.setdefault(person.household, []).append(person)
    assert all(len(members) == 2 and members[0].home == members[1].home for members in homes.values())
    together = Counter(answer.person.household for answer in town.answers if answer.together)
    assert len(together) >= 10
    assert set(together.values()) == {2}


def test_protected_people_and_late_reported_deaths_exist(town):
    assert sum(person.confidential for person in town.people) >= 2
    assert sum(person.protected for person in town.people) >= 2
    assert all(not person.household for person in town.people if person.protected)
    assert sum(person.deceased_on is not None for person in town.people) >= 1


def test_protected_people_have_no_address(files):
    for row in files["persons"]:
        if row["skyddad folkbokföring"] == "ja":
            assert not any(row[header] for header in ("c/o", "gatuadress", "postnummer", "postort", "post gatuadress"))


def test_postcodes_are_real_and_phone_numbers_fictitious(files):
    with POSTCODES.open(encoding="utf-8") as file:
        real = {(row["postal_code"], row["locality"]) for row in csv.DictReader(file)}
    assert {(code, town) for town, codes in postcodes().items() for code in codes} < real
    for row in files["persons"]:
        if row["skyddad folkbokföring"] == "nej":
            assert (row["postnummer"], row["postort"]) in real
        digits = re.sub(r"\D", "", row["telefon"])
        assert not digits or 701740605 <= int(digits) <= 701740699 or 846500400 <= int(digits) <= 846500499


def test_answers_match_the_autumn_round(town):
    people = len(town.people)
    answered = {answer.person.number for answer in town.answers}
    assert 0.28 <= 1 - len(answered) / people <= 0.40
    first = Counter(answer.ranking[0] for answer in town.answers if answer.ranking)
    assert first[MUNICIPAL] > sum(first.values()) / 2
    assert len(first) == 5
    late = [answer for answer in town.answers if not answer.round]
    assert late
    assert all(answer.received_on > CLOSES for answer in late)
    assert all(OPENS <= answer.received_on <= CLOSES for answer in town.answers if answer.round)
    assert {answer.channel for answer in town.answers} == {"Blankett", "E-tjänst", "Telefon", "Besök", "E-post"}
    assert any(answer.declines for answer in town.answers)


def test_relatives_act_jointly(town):
    joint = [holder for holder in town.holders if holder.joint]
    assert joint
    assert {holder.kind for holder in joint} == {"Anhörig"}
    assert len({holder.kind for holder in town.holders}) == 5
