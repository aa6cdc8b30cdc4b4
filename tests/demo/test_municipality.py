"""The demo's files are imported like a municipality's, and a second call is idempotent."""

import pytest
from rich.console import Console

from accounts.models import User
from accounts.roles import Right
from allocation.models import Placement
from audit.models import Event
from choices.models import CareDecision, Choice, HouseholdMember, ImportFile, Mandate, Person, Wish
from demo import municipality, processes, show
from demo.wishes import CLOSES
from providers.models import Ceiling, Contract, Guarantee, Provider, ShareStep

pytestmark = pytest.mark.django_db
QUIET = Console(quiet=True)


@pytest.fixture
def folder(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    return tmp_path


@pytest.mark.parametrize("people", [7, 150])
def test_town_of_any_size_is_imported_completely(folder, people):
    show.build(people=people, seed=3, console=QUIET)
    assert Person.objects.count() == people
    assert Placement.objects.count() >= people * 0.99
    assert ImportFile.objects.count() == 6
    assert not ImportFile.objects.exclude(changed=0, unchanged=0).exists()
    assert Mandate.objects.exists()
    assert {wish.queue_date for wish in Wish.objects.filter(choice__round__isnull=False)} == {CLOSES}


def test_second_call_does_nothing(folder):
    show.build(people=60, seed=3, console=QUIET)
    models = (Person, CareDecision, Choice, Wish, Placement, HouseholdMember, ImportFile, Event, Provider, User)
    before = [model.objects.count() for model in models]
    show.build(people=60, seed=3, console=QUIET)
    assert [model.objects.count() for model in models] == before


def test_interrupted_import_resumes(folder):
    town = show.make_town(people=60, seed=3)
    municipality.set_up(minutes_by_area=town.minutes_by_area())
    path = show.write_files(town, municipality.folder(60, 3))["persons"]
    show.imports.apply(kind="persons", table=show.imports.read("persons", path), actor=municipality.actor("admin"))
    show.build(people=60, seed=3, console=QUIET)
    assert Person.objects.count() == 60
    assert ImportFile.objects.count() == 6


def test_demo_of_another_size_is_refused(folder):
    show.build(people=60, seed=3, console=QUIET)
    show.check_same(people=60, seed=3)
    for people, seed in ((61, 3), (60, 4)):
        with pytest.raises(show.AnotherDemo):
            show.check_same(people=people, seed=seed)


def test_municipality_that_is_no_demo_is_untouched(folder):
    from tests.world import make_world

    make_world()
    with pytest.raises(show.AnotherDemo):
        show.build(people=60, seed=3, console=QUIET)
    assert not Person.objects.exists()


def test_five_providers_with_all_answers_in_three_languages(folder):
    municipality.set_up(minutes_by_area={"norra": 1_000_000, "sodra": 1_000_000})
    assert Provider.objects.count() == 5
    assert Provider.objects.filter(kind="non_profit").exists()
    for provider in Provider.objects.all():
        profiles = {profile.language: profile for profile in provider.profiles.all()}
        assert set(profiles) == {"sv", "en", "fi"}
        assert all(p.about and p.education and p.meals and p.continuity for p in profiles.values())


def test_contracts_match_the_tender(folder):
    municipality.set_up(minutes_by_area={"norra": 1_000_000, "sodra": 600_000})
    assert Contract.objects.count() == 10
    own = Contract.objects.filter(provider__kind="municipal")
    assert not Ceiling.objects.filter(contract__in=own).exists()
    for area, base in (("norra", 1_000_000), ("sodra", 600_000)):
        promised = sum(g.minutes for g in Guarantee.objects.filter(contract__area__code=area))
        assert 0 < promised < base * 20 // 100
        steps = ShareStep.objects.filter(area__code=area).order_by("valid_from")
        assert [(step.valid_from.year, step.share_bp) for step in steps] == [
            (2021, 2000),
            (2022, 3000),
            (2023, 4000),
            (2024, 5000),
        ]


def test_staff_sign_in_and_two_of_them_share_the_round(folder, client):
    municipality.set_up(minutes_by_area={})
    for username in municipality.STAFF:
        assert client.login(username=username, password=municipality.PASSWORD)
    proposer, approver = municipality.actor("admin"), municipality.actor("ansvarig")
    assert proposer.may(Right.PROPOSE_RUN)
    assert proposer.may(Right.IMPORT_FILES)
    assert approver.may(Right.APPROVE_RUN)
    assert approver.user_id != proposer.user_id


def test_port_in_use_is_detected():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not processes.is_free(taken.getsockname()[1])
