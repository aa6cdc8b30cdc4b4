"""A synthetic municipality in the register, with daily changes. The same seed gives the same files."""

import datetime
import random
from collections.abc import Iterator

from choices.identity import IdentityKind
from choices.models import Person, RegisterMark, RegisterTask
from providers.models import Area
from tests.choices.registers import navet_files
from tests.world import test_number

_NAMES = ("Åsa", "Ove", "Leyla", "Răzvan", "Karl-Erik", "Aino")
_FAMILIES = ("Öberg", "Nguyễn", "Koskinen", "Ek", "Šķēle", "Yıldırım")
_TOWNS = (("14555", "Norsborg"), ("14785", "Tumba"), ("14650", "Tullinge"))


def move_in(count: int, *, first: int, area: Area) -> None:
    """A number of people in care, with identity numbers from ``first`` on."""
    people = [
        Person(
            identity_number=test_number(first + at),
            identity_kind=IdentityKind.PERSONAL,
            given_name="Före",
            family_name=f"Registret {at}",
            sort_name="registret",
            area=area,
            street="Gamla gatan 1",
            postal_code="14555",
            town="Norsborg",
        )
        for at in range(count)
    ]
    Person.objects.bulk_create(people)


def days(
    *, people: int, changes_a_day: int, days: int, seed: int, first: int, start: datetime.date
) -> Iterator[tuple[str, bytes]]:
    """Name and content of one change file per day."""
    chance = random.Random(seed)
    for day in range(days):
        date = start + datetime.timedelta(days=day)
        posts = [_change(chance, chance.randrange(people), first, date, at) for at in range(changes_a_day)]
        yield f"navet-{date}.xml", navet_files.file(posts, day=date, running=day + 1)


def _change(chance: random.Random, whom: int, first: int, date: datetime.date, at: int) -> str:
    moment = f"{date:%Y%m%d}{at:06d}"
    number = test_number(first + whom)
    code, town = chance.choice(_TOWNS)
    kind = chance.choices(
        ("move", "name", "death", "protect", "hide", "unprotect", "mail", "abroad", "out", "number", "odd"),
        (40, 15, 12, 4, 2, 2, 8, 2, 6, 3, 2),
    )[0]
    street = f"Provgränd {chance.randrange(1, 90)}"
    facts: dict[str, object] = {
        "move": {"home": ("", "", street, code, town), "municipality": "0127"},
        "name": {"given": chance.choice(_NAMES), "call": "10", "family": chance.choice(_FAMILIES)},
        "death": {"gone": ("AV", f"{date:%Y%m}{chance.choice(['00', f'{date:%d}'])}")},
        "protect": {"confidential": "J"},
        "hide": {"protected": "J"},
        "unprotect": {"confidential": "N"},
        "mail": {"mail": ("Ek", "", "Box 12", "14785", "Tumba")},
        "abroad": {"gone": ("UV", f"{date:%Y%m%d}"), "abroad": ("Gata 2", "", "0150 Oslo", "Norge")},
        "out": {"home": ("", "", street, "11122", "Stockholm"), "municipality": "0180"},
        "number": {"other": number},
        "odd": {"gone": ("OB", f"{date:%Y%m%d}")},
    }[kind]  # type: ignore[assignment]
    # A new number of the same person: far from all others.
    own = test_number(first + 150_000 + whom) if kind == "number" else number
    return navet_files.post(own, at=moment, **facts)


def state(*, first: int, count: int) -> list[tuple[object, ...]]:
    """Everything the register may have changed of the people of ``move_in``, without numbers and keys."""
    numbers = {test_number(first + at): at for at in range(count)}
    numbers |= {test_number(first + 150_000 + at): at for at in range(count)}
    names = (
        "given_name", "family_name", "sort_name", "care_of", "street", "postal_code", "town", "mail_care_of",
        "mail_street", "mail_postal_code", "mail_town", "mail_country", "confidential", "protected_registration",
        "deceased_on",
    )  # fmt: skip
    found: list[tuple[object, ...]] = []
    for person in Person.objects.filter(identity_number__in=numbers).order_by("identity_number"):
        tasks = RegisterTask.objects.filter(person=person).order_by("kind", "told").values_list("kind", "told")
        mark = RegisterMark.objects.filter(person=person).values_list("changed_at", flat=True).first()
        merged = person.merged_into and numbers[person.merged_into.identity_number]
        found.append(
            (numbers[person.identity_number], merged, mark, *tasks, *(getattr(person, name) for name in names))
        )
    return sorted(found, key=repr)
