"""A town with data for every page: two areas, five providers, people in all states, a proposed run."""

from dataclasses import dataclass

from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from allocation.models import AllocationRun, ContactTask, Offer, OutcomeRow, ProviderExit
from choices.models import ChoiceRound, Person
from desk.models import Scan
from letters.models import Letter
from providers.models import Area, Provider, ServiceType
from tests import factories as make
from tests.factories import HOUR
from tests.remembered import remembered


@dataclass
class Town:
    areas: list[Area]
    municipal: Provider
    companies: list[Provider]
    round: ChoiceRound
    run: AllocationRun
    person: Person
    spouse: Person
    protected: Person
    letter: Letter
    protected_letter: Letter
    scan: Scan
    call: ContactTask
    offer: Offer
    exit: ProviderExit
    staff: dict[Role, User]


def say_why(client: Client, person: Person) -> None:
    """Open a protected person in the client's session by giving a reason."""
    client.post(reverse("casework:reason", args=[person.reference]), {"reason": "Personen ringde och vill välja"})


@remembered
def make_town(*, people: int = 6) -> Town:
    """A proposed run of ``people`` ordinary persons, their spouse and a protected person, all with a placement."""
    make.MunicipalityFactory.create()
    north = make.AreaFactory.create()
    south = make.AreaFactory.create(
        code="sodra", name="Södra området", description="Tumba, Tullinge och Vårsta-Grödinge"
    )
    make.AreaPostcodeFactory.create(postal_code="14561", area=north)
    make.ServiceTypeFactory.create()
    ServiceType.objects.create(code="natt", name="Tillsyn på natten", follows_choice=False)
    municipal = make.ProviderFactory.create(municipal=True, staff_languages=["sv", "fi", "en", "ar", "tr", "syr"])
    names = {
        "lindens": "Lindens omsorg",
        "bjorkens": "Björkens hemtjänst",
        "vaxtorp": "Växtorps vård",
        "akerns": "Åkerns omsorgskooperativ",
    }
    companies = [make.ProviderFactory.create(code=code, name=name) for code, name in names.items()]
    for provider in (municipal, *companies):
        make.ProviderProfileFactory.create(provider=provider)
        make.SurveyResultFactory.create(provider=provider, answers=12 if provider == companies[1] else 64)
    for area in (north, south):
        make.ShareStepFactory.create(area=area)
        make.ContractFactory.create(provider=municipal, area=area)
        for provider in companies:
            make.ContractFactory.create(
                provider=provider, area=area, ceiling=480 * HOUR, guarantee=120 * HOUR, stopped=provider == companies[3]
            )
    round = make.ChoiceRoundFactory.create(closed=True, areas=[north, south])
    proposer = make.UserFactory.with_role(Role.ADMIN, username="forslag", first_name="Petra", last_name="Förslag")
    run = make.RunFactory.create(round=round, proposed_by=proposer)
    persons = [_person(run, north, municipal, companies, n) for n in range(people)]
    spouse = _person(run, north, municipal, companies, people, given_name="Birgit", family_name="Makesson")
    protected = _person(run, north, municipal, companies, people + 1, protected=True, family_name="Hemlig")
    first = persons[0]
    make.make_household(first, spouse, protected)
    make.MandateFactory.create(person=first)
    staff = {role: make.UserFactory.with_role(role, provider=companies[0], username=role.value) for role in Role}
    return Town(
        areas=[north, south],
        municipal=municipal,
        companies=companies,
        round=round,
        run=run,
        person=first,
        spouse=spouse,
        protected=protected,
        letter=make.LetterFactory.create(person=first, run=run, rendered=True),
        protected_letter=make.LetterFactory.create(person=protected, run=run, route="protected", rendered=True),
        scan=make.ScanFactory.create(added_by=staff[Role.CASE_OFFICER]),
        call=make.ContactTaskFactory.create(person=first, run=run),
        offer=make.OfferFactory.create(person=persons[1], contract=companies[0].contracts.get(area=north), run=run),
        exit=make.ExitFactory.create(provider=companies[3], contracts=list(companies[3].contracts.all())),
        staff=staff,
    )


def _person(
    run: AllocationRun, area: Area, municipal: Provider, companies: list[Provider], n: int, **fields: object
) -> Person:
    """Every kind of outcome in turn; the first one waits in two queues."""
    person = make.PersonFactory.create(area=area, **fields)
    make.CareDecisionFactory.create(person=person, minutes=(10 + n * 7) * HOUR + 30)
    make.PlacementFactory.create(person=person, contract=municipal.contracts.get(area=area))
    common = {"run": run, "person": person, "minutes": (10 + n * 7) * HOUR + 30, "provider_before": municipal}
    if n % 4 == 3:
        make.OutcomeRowFactory.create(
            **common, provider=companies[1], answered=False, how=OutcomeRow.How.NO_ANSWER_GUARANTEE
        )
        return person
    make.ChoiceFactory.create(person=person, round=run.round, ranking=[companies[0], companies[2], municipal])
    if n % 4 == 1:
        make.OutcomeRowFactory.create(**common, provider=companies[0], got_wish=True)
    elif n % 4 == 2:
        moved = {**common, "provider_before": companies[3]}
        make.OutcomeRowFactory.create(**moved, provider=municipal, how=OutcomeRow.How.FALLBACK, unmet=_unmet(companies))
    else:
        make.OutcomeRowFactory.create(**common, provider=municipal, unmet=_unmet(companies))
    return person


def _unmet(companies: list[Provider]) -> list[dict[str, object]]:
    def line(provider: Provider, why: str, place: int, ahead: int) -> dict[str, object]:
        queue = {"place_in_queue": place, "minutes_ahead": ahead, "minutes_free": 15 * HOUR}
        return {"provider": provider.code, "why": why, **queue}

    return [line(companies[0], "behind_waiting", 4, 90 * HOUR), line(companies[2], "share", 2, 30 * HOUR)]
