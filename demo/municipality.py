"""Botkyrka in autumn 2020 as configuration, created through the ordinary services."""

import datetime
import json
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from choices.models import ChoiceRound
from choices.services import create_round, freeze_round
from demo.care import ALARM, HOME_CARE, NIGHT
from demo.generator import FIRST_CONTRACT, START
from demo.places import AREAS, DISTRICTS, postcodes
from demo.wishes import CLOSES, MUNICIPAL, OPENS, ROUND, TOLD_BY
from letters.services import load_texts
from providers import services
from providers.contracts import set_permit
from providers.handover_days import HandoverDays, set_handover_days
from providers.models import Area, AreaPostcode, Municipality, Provider
from providers.rights import give

DEFAULT_PEOPLE = 1500
DEFAULT_SEED = 2020
WEBSITE = "botkyrka.example/hemtjanst"
PASSWORD = "demo-hemtjanst-2020"  # noqa: S105  (shown to everybody who starts the demo)

# User name → role and name. A run is approved by another user than its proposer. ``norr`` works with one area.
STAFF = {
    "handlaggare": (Role.CASE_OFFICER, "Hedda", "Åsbrink"),
    "ansvarig": (Role.SENIOR_OFFICER, "Ansgar", "Öqvist"),
    "norr": (Role.CASE_OFFICER, "Nora", "Ekegren"),
    "admin": (Role.ADMIN, "Adina", "Ståhlgren"),
    "granskare": (Role.LOG_REVIEWER, "Gunilla", "Almstedt"),
    "chef": (Role.MANAGER, "Cecilia", "Näverlind"),
    # Two: a proposal of one is approved by the other.
    "ekonom": (Role.PAYMENTS_OFFICER, "Ebba", "Kronlund"),
    "ekonom2": (Role.PAYMENTS_OFFICER, "Edvin", "Pengeborg"),
}

# Users of providers: user name → provider, roles and name. ``planerare`` sees no protected client, ``namngiven`` does.
AT_PROVIDERS = {
    "planerare": ("rimfageln", [Role.PROVIDER_STAFF], "Pella", "Rimfors"),
    "namngiven": ("rimfageln", [Role.PROVIDER_STAFF, Role.PROVIDER_PROTECTED], "Nanna", "Rimgren"),
    "utforaradmin": ("rimfageln", [Role.PROVIDER_ADMIN], "Ulf", "Rimstedt"),
    "egenregi": (MUNICIPAL, [Role.PROVIDER_STAFF], "Egil", "Regnell"),
    # The municipality's own home care has all clients of the sealed month of payment.
    "egenadmin": (MUNICIPAL, [Role.PROVIDER_ADMIN], "Eva", "Regnmark"),
}

# Users limited to the people of one area.
STAFF_OF_AREA = {"norr": "norra"}

# Basis points of an area's granted minutes. The guarantees stay below the first step of the ramp.
CEILINGS_BP = {"rimfageln": 620, "mossviolen": 560, "sju-lindar": 520, "grannkedjan": 420}
GUARANTEES_BP = {"rimfageln": 300, "mossviolen": 300, "sju-lindar": 300, "grannkedjan": 300}
SHARE_RAMP_BP = {2021: 2000, 2022: 3000, 2023: 4000, 2024: 5000}


def folder(people: int, seed: int) -> Path:
    return Path(settings.BASE_DIR) / "var" / "demo" / f"{people}-{seed}"


def is_set_up() -> bool:
    return Municipality.objects.filter(website=WEBSITE).exists()


@transaction.atomic
def set_up(*, minutes_by_area: dict[str, int]) -> None:
    """Create everything but the files in one transaction."""
    _hire()
    actor = Actor.system("demo")
    services.set_up_municipality(
        model="botkyrka",
        actor=actor,
        name="Botkyrka kommun",
        department="Vård- och omsorgsförvaltningen",
        committee="Vård- och omsorgsnämnden",
        phone="08-465 004 00",
        phone_hours="måndag–fredag 9–12 och 13–16",
        email="hemtjanstval@botkyrka.example",
        website=WEBSITE,
        return_address="Botkyrka kommun\nVård- och omsorgsförvaltningen\n147 85 Tumba",
    )
    areas = {
        code: services.add_area(code=code, name=name, description=description, actor=actor)
        for code, (name, description) in AREAS.items()
    }
    _add_postcodes(areas)
    for username, code in STAFF_OF_AREA.items():
        services.set_areas(user=User.objects.get(username=username), areas=[areas[code]], actor=actor)
    for code, name, follows in (
        (HOME_CARE, "Hemtjänst", True),
        (ALARM, "Trygghetslarm", True),
        (NIGHT, "Nattpatrull", False),
    ):
        services.add_service_type(code=code, name=name, follows_choice=follows, actor=actor)
    data = json.loads((Path(__file__).parent / "data" / "providers.json").read_text(encoding="utf-8"))
    for fields in data:
        provider = services.add_provider(actor=actor, **fields)
        _contract(provider, areas, minutes_by_area, actor)
        if provider.code != MUNICIPAL:
            set_permit(provider=provider, permit="valid", reason="Tillståndet är visat i upphandlingen", actor=actor)
    _at_providers()
    # The round is decided six weeks before its start.
    set_handover_days(
        days=HandoverDays(client_days_before=60, client_days_after=14, received_days_before=7, call_days_before=5),
        actor=actor,
    )
    for area in areas.values():
        for year, share_bp in SHARE_RAMP_BP.items():
            services.add_share_step(area=area, valid_from=datetime.date(year, 1, 1), share_bp=share_bp, actor=actor)
    round = create_round(
        code=ROUND,
        name="Val av utförare hösten 2020",
        areas=list(areas.values()),
        opens_on=OPENS,
        closes_on=CLOSES,
        starts_on=START,
        told_by=TOLD_BY,
        diary_number="von/2020:236",
        actor=actor,
    )
    freeze_round(round=round, actor=actor)
    load_texts(actor=actor)


def the_round() -> ChoiceRound:
    return ChoiceRound.objects.get(code=ROUND)


def actor(username: str) -> Actor:
    return Actor.staff(User.objects.get(username=username))


def _hire() -> None:
    for username, (role, first_name, last_name) in STAFF.items():
        user = User.objects.create_user(username, password=PASSWORD, first_name=first_name, last_name=last_name)
        give(user=user, roles=[role], everywhere=True, by=None)


def _at_providers() -> None:
    for username, (provider, roles, first_name, last_name) in AT_PROVIDERS.items():
        user = User.objects.create_user(username, password=PASSWORD, first_name=first_name, last_name=last_name)
        give(user=user, roles=roles, provider=provider, by=None)


def _contract(provider: Provider, areas: dict[str, Area], minutes_by_area: dict[str, int], actor: Actor) -> None:
    since = FIRST_CONTRACT if provider.code == MUNICIPAL else START
    for code, area in areas.items():
        contract = services.add_contract(provider=provider, area=area, valid_from=since, actor=actor)
        if provider.code == MUNICIPAL:
            continue
        base = minutes_by_area.get(code, 0)
        services.add_ceiling(
            contract=contract, valid_from=since, minutes=_whole_hours(base, CEILINGS_BP[provider.code]), actor=actor
        )
        services.add_guarantee(
            contract=contract, valid_from=since, minutes=_whole_hours(base, GUARANTEES_BP[provider.code]), actor=actor
        )


def _whole_hours(minutes: int, basis_points: int) -> int:
    """Contracts use whole hours."""
    return minutes * basis_points // 10_000 // 60 * 60


def _add_postcodes(areas: dict[str, Area]) -> None:
    area_of_town = {town: areas[district.area] for district in DISTRICTS for town in district.towns}
    AreaPostcode.objects.bulk_create(
        AreaPostcode(postal_code=code, town=town, area=area_of_town[town])
        for town, codes in postcodes().items()
        for code in codes
    )
