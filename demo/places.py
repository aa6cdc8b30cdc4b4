"""Addresses: real postcodes and post towns, with streets that do not exist in Botkyrka."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

POSTCODES = Path(__file__).parent / "data" / "botkyrka_postcodes.csv"

# Only for post boxes, the municipality itself, or large recipients: nobody lives there.
_NOT_HOMES = {"14501", "14502", "14503", "14504", "14600", "14700", "14707", "14780", "14782", "14785"}

_FIRST = (
    "Silvermåne", "Kanelpil", "Tornuggle", "Blåkvarts", "Mossviol", "Regnbågsöring", "Ålkråke", "Hjortronlyckans ",
    "Vinterkaprifol", "Spelmansmössans ", "Bärnstensö", "Näktergalsbo", "Lummerkrans", "Kajutlyktans ",
    "Rönnbärsfågel",
)  # fmt: skip
_STREETS = [f"{first}{last}" for first in _FIRST for last in ("vägen", "gränd", "stigen", "backen", "ringen", "gatan")]


@dataclass(frozen=True)
class District:
    """A kommundel: its area of choice, its number of people, its post towns."""

    name: str
    area: str
    people: int
    towns: tuple[str, ...]


DISTRICTS = (
    District("Alby", "norra", 14_208, ("Norsborg",)),
    District("Fittja", "norra", 7_514, ("Norsborg",)),
    District("Hallunda-Norsborg", "norra", 21_130, ("Norsborg",)),
    District("Tullinge", "sodra", 20_179, ("Tullinge",)),
    District("Tumba", "sodra", 26_852, ("Tumba", "Uttran")),
    District("Vårsta-Grödinge", "sodra", 4_596, ("Grödinge",)),
)
AREAS = {
    "norra": ("Norra Botkyrka", "Alby, Fittja, Hallunda och Norsborg"),
    "sodra": ("Södra Botkyrka", "Tumba, Tullinge, Vårsta och Grödinge"),
}


@dataclass(frozen=True)
class Home:
    area: str
    street: str
    postal_code: str
    town: str


@cache
def postcodes() -> dict[str, list[str]]:
    """Post town → residential postcodes."""
    found = defaultdict(list)
    with POSTCODES.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["postal_code"] not in _NOT_HOMES:
                found[row["locality"]].append(row["postal_code"])
    return dict(found)


def some_home(random: Random) -> Home:
    (district,) = random.choices(DISTRICTS, weights=[district.people for district in DISTRICTS])
    town = district.towns[0] if len(district.towns) == 1 or random.random() < 0.85 else district.towns[1]
    street = f"{random.choice(_STREETS)} {random.randint(1, 98)}"
    if random.random() < 0.55:
        street += f" lgh {random.randint(10, 17)}0{random.randint(1, 6)}"
    elif random.random() < 0.2:
        street += random.choice("ABC")
    return Home(district.area, street, random.choice(postcodes()[town]), town)


def some_phone(random: Random) -> str:
    """Numbers reserved for fiction; one person in eight has none."""
    if random.random() < 0.125:
        return ""
    if random.random() < 0.6:
        last = random.randint(605, 699)
        return f"070-174 0{last // 100} {last % 100:02d}"
    return f"08-465 004 {random.randint(0, 99):02d}"
