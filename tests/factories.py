"""Rows for tests, one builder per state: ``PersonFactory.create(protected=True)``, ``make_run(status="approved")``.

They write the same rows as the services. A test of a rule uses the service itself (``tests/world.py``).
"""

import datetime

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from accounts.models import User
from accounts.roles import PROVIDER_ROLES, Role
from allocation.models import AllocationRun, ContactTask, Offer, OutcomeRow, Placement, ProviderExit
from choices import identity
from choices.models import (
    CareDecision,
    Choice,
    ChoiceRound,
    Household,
    HouseholdMember,
    Mandate,
    MandateHolder,
    Person,
    Wish,
)
from choices.models.address_look import AddressLook
from common import clock
from desk.models import Scan
from followup.models import Complaint
from letters.files import media, sha256, write_whole
from letters.models import Letter, LetterKind, LetterText
from providers.models import (
    Area,
    AreaPostcode,
    Ceiling,
    Contract,
    Guarantee,
    Municipality,
    Provider,
    ProviderMember,
    ProviderProfile,
    ServiceType,
    ShareStep,
    SurveyResult,
)

LONG_AGO = datetime.date(2016, 1, 1)
OPENS = datetime.date(2020, 9, 8)
CLOSES = datetime.date(2020, 9, 30)
STARTS = datetime.date(2021, 1, 1)
PASSWORD = "ett-langt-losenord-for-tester"
HOUR = 60

FAMILY_NAMES = (
    "Andersson",
    "Johansson",
    "Karlsson",
    "Nilsson",
    "Åberg",
    "Ärlig",
    "Öberg",
    "Virtanen",
    "Wiklund",
    "Zetterlund",
)
GIVEN_NAMES = ("Aina", "Bertil", "Elsa", "Gunnar", "Ingrid", "Karl-Erik", "Märta", "Sven", "Ulla", "Zahra")


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    first_name = factory.Sequence(lambda n: ("Anna", "Bo", "Cecilia", "David")[n % 4])
    last_name = factory.Sequence(lambda n: f"Handläggare {n + 1}")
    password = factory.django.Password(PASSWORD)
    all_areas = True

    @classmethod
    def with_role(cls, role: Role, *, provider: Provider | None = None, **fields: object) -> User:
        """``provider``: of a role of a provider's people. None: the first there is, or a new one."""
        if role in PROVIDER_ROLES:
            user = cls.create(**{**fields, "all_areas": False})
            own = provider or Provider.objects.order_by("pk").first() or ProviderFactory.create()
            ProviderMember.objects.create(user=user, provider=own)
        else:
            user = cls.create(**fields)
        user.groups.add(Group.objects.get_or_create(name=role.value)[0])
        return user


class MunicipalityFactory(DjangoModelFactory[Municipality]):
    class Meta:
        model = Municipality
        django_get_or_create = ("id",)

    id = 1
    name = "Provköpings kommun"
    model = "botkyrka"
    department = "Vård- och omsorgsförvaltningen"
    committee = "Vård- och omsorgsnämnden"
    phone = "08-465 004 00"
    phone_hours = "måndag–fredag klockan 9–12"
    email = "hemtjanst@provkoping.example"
    website = "provkoping.example"
    return_address = "Provköpings kommun\n147 85 Tumba"
    # Most tests cover the night's decisions, not the morning approval.
    night_decides = "alone"
    night_decides_basis = "Nämndens beslut"


class AreaFactory(DjangoModelFactory[Area]):
    class Meta:
        model = Area
        django_get_or_create = ("code",)

    code = "norra"
    name = "Norra området"
    description = "Alby, Fittja, Hallunda och Norsborg"


class AreaPostcodeFactory(DjangoModelFactory[AreaPostcode]):
    class Meta:
        model = AreaPostcode

    postal_code = factory.Sequence(lambda n: f"{14500 + n}")
    town = "NORSBORG"
    area = factory.SubFactory(AreaFactory)


class ServiceTypeFactory(DjangoModelFactory[ServiceType]):
    class Meta:
        model = ServiceType
        django_get_or_create = ("code",)

    code = "hemtjanst"
    name = "Hemtjänst"
    follows_choice = True


class ProviderFactory(DjangoModelFactory[Provider]):
    class Meta:
        model = Provider

    code = factory.Sequence(lambda n: f"utforare-{n}")
    name = factory.Sequence(lambda n: f"Omsorgen {n} AB")
    kind = Provider.Kind.PRIVATE
    phone = factory.Sequence(lambda n: f"08-465 004 {n % 100:02}")
    email = factory.LazyAttribute(lambda provider: f"kontakt@{provider.code}.example")
    website = factory.LazyAttribute(lambda provider: f"{provider.code}.example")
    staff_languages = ["sv", "fi", "ar", "so"]
    owner = "Två delägare i Botkyrka"
    meals = ["cooked", "delivered"]

    class Params:
        municipal = factory.Trait(code="kommunen", name="Kommunens hemtjänst", kind=Provider.Kind.MUNICIPAL)


class ProviderProfileFactory(DjangoModelFactory[ProviderProfile]):
    class Meta:
        model = ProviderProfile

    provider = factory.SubFactory(ProviderFactory)
    language = "sv"
    about = "Ett litet företag som har arbetat med hemtjänst i tio år."
    education = "Tre av fyra är undersköterskor. De andra är vårdbiträden."
    meals = "Vi lagar mat hemma hos dig eller värmer färdig mat."
    continuity = "Ungefär åtta personer på två veckor."
    specialisms = "Demens och palliativ vård."


class SurveyResultFactory(DjangoModelFactory[SurveyResult]):
    class Meta:
        model = SurveyResult

    provider = factory.SubFactory(ProviderFactory)
    question = SurveyResult.Question.SATISFIED
    positive_percent = 87
    answers = 64
    source = "Brukarundersökningen"
    asked_on = datetime.date(2020, 5, 15)


class ContractFactory(DjangoModelFactory[Contract]):
    """A contract in force with a ceiling; ``ceiling=None``: none, ``guarantee``: guaranteed minutes a month."""

    class Meta:
        model = Contract
        skip_postgeneration_save = True

    provider = factory.SubFactory(ProviderFactory)
    area = factory.SubFactory(AreaFactory)
    valid_from = LONG_AGO

    class Params:
        stopped = factory.Trait(intake_stopped_from=LONG_AGO)

    @factory.post_generation
    def ceiling(self: Contract, create: bool, minutes: int | None, **kwargs: object) -> None:
        if minutes is None and not self.provider.is_municipal:
            minutes = 500 * HOUR
        if minutes:
            Ceiling.objects.create(contract=self, valid_from=LONG_AGO, minutes=minutes)

    @factory.post_generation
    def guarantee(self: Contract, create: bool, minutes: int | None, **kwargs: object) -> None:
        if minutes:
            Guarantee.objects.create(contract=self, valid_from=LONG_AGO, minutes=minutes)


class ShareStepFactory(DjangoModelFactory[ShareStep]):
    class Meta:
        model = ShareStep

    area = factory.SubFactory(AreaFactory)
    valid_from = STARTS
    share_bp = 2000


def _test_number(serial: int) -> str:
    """Number in the tax agency's test series (birth numbers 980–999), assigned to nobody. Born from July 1930 to 1970,
    however many came before in the process: ``tests.world.test_number`` has the earlier days.
    """
    day = datetime.date(1930, 7, 1) + datetime.timedelta(days=serial // 20 * 37 % 14_600)
    stem = f"{day:%Y%m%d}{980 + serial % 20}"
    for digit in range(10):
        try:
            return identity.parse(f"{stem}{digit}")[0]
        except identity.IdentityNumberError:
            continue
    raise AssertionError("one of ten digits is the check digit")


class PersonFactory(DjangoModelFactory[Person]):
    class Meta:
        model = Person

    identity_number = factory.Sequence(_test_number)
    identity_kind = identity.IdentityKind.PERSONAL
    given_name = factory.Sequence(lambda n: GIVEN_NAMES[n % 10])
    family_name = factory.Sequence(lambda n: FAMILY_NAMES[n * 7 % 10])
    area = factory.SubFactory(AreaFactory)
    street = "Provgränd 1"
    postal_code = "14561"
    town = "NORSBORG"
    phone = "070-174 06 05"

    class Params:
        # Skyddad folkbokföring: the real address is unknown to us.
        protected = factory.Trait(protected_registration=True, street="", postal_code="", town="")
        confidential_mark = factory.Trait(confidential=True)
        deceased = factory.Trait(deceased_on=datetime.date(2020, 11, 2))


class CareDecisionFactory(DjangoModelFactory[CareDecision]):
    class Meta:
        model = CareDecision

    person = factory.SubFactory(PersonFactory)
    service_type = factory.SubFactory(ServiceTypeFactory)
    source_reference = factory.Sequence(lambda n: f"B{n}")
    decided_on = LONG_AGO
    valid_from = LONG_AGO
    minutes = 25 * HOUR + 30


class PlacementFactory(DjangoModelFactory[Placement]):
    class Meta:
        model = Placement

    person = factory.SubFactory(PersonFactory)
    contract = factory.SubFactory(ContractFactory)
    valid_from = LONG_AGO


class ChoiceRoundFactory(DjangoModelFactory[ChoiceRound]):
    """An announced round (rules frozen). ``draft=True``: not announced."""

    class Meta:
        model = ChoiceRound
        skip_postgeneration_save = True

    code = "hosten-2020"
    name = "Valet hösten 2020"
    opens_on = OPENS
    closes_on = CLOSES
    starts_on = STARTS
    diary_number = "von/2020:236"
    frozen_at = factory.LazyFunction(clock.now)
    seed = "5f" * 32
    seed_sha256 = "9ad1b64c91d2b7ae0f3a4d9c2b11be6d4f9f3b6f4c6e0f3a4d9c2b11be6d4f9f"

    class Params:
        draft = factory.Trait(frozen_at=None)
        closed = factory.Trait(closed_at=factory.LazyFunction(clock.now))

    @factory.post_generation
    def areas(self: ChoiceRound, create: bool, areas: list[Area] | None, **kwargs: object) -> None:
        self.areas.set(areas or [AreaFactory.create()])


class ChoiceFactory(DjangoModelFactory[Choice]):
    """``ChoiceFactory.create(person=…, ranking=[first, second])``."""

    class Meta:
        model = Choice
        skip_postgeneration_save = True

    person = factory.SubFactory(PersonFactory)
    received_on = datetime.date(2020, 9, 21)
    registered_at = factory.LazyFunction(lambda: clock.now() - datetime.timedelta(days=30))
    channel = Choice.Channel.PAPER

    @factory.post_generation
    def ranking(self: Choice, create: bool, ranking: list[Provider] | None, **kwargs: object) -> None:
        for rank, provider in enumerate(ranking or [], start=1):
            Wish.objects.create(choice=self, rank=rank, provider=provider, queue_date=CLOSES)


class RunFactory(DjangoModelFactory[AllocationRun]):
    """A run without rows. ``approved``, ``applied`` and ``cancelled`` are its later states."""

    class Meta:
        model = AllocationRun

    kind = AllocationRun.Kind.ROUND
    round = factory.SubFactory(ChoiceRoundFactory)
    seed = factory.SelfAttribute("round.seed")
    label = factory.SelfAttribute("round.code")
    business_date = factory.LazyFunction(clock.today)
    effective_date = STARTS
    engine_version = "1.0.0"
    problem_sha256 = "a" * 64
    outcome_sha256 = "b" * 64

    class Params:
        approved = factory.Trait(status=AllocationRun.Status.APPROVED, approved_at=factory.LazyFunction(clock.now))
        applied = factory.Trait(
            status=AllocationRun.Status.APPLIED,
            approved_at=factory.LazyFunction(clock.now),
            applied_at=factory.LazyFunction(clock.now),
        )
        cancelled = factory.Trait(
            status=AllocationRun.Status.CANCELLED,
            cancelled_at=factory.LazyFunction(clock.now),
            cancel_reason="Ett beslut ändrades.",
        )


class OutcomeRowFactory(DjangoModelFactory[OutcomeRow]):
    class Meta:
        model = OutcomeRow

    run = factory.SubFactory(RunFactory)
    person = factory.SubFactory(PersonFactory)
    area = factory.SelfAttribute("person.area")
    minutes = 25 * HOUR + 30
    answered = True
    provider = factory.SubFactory(ProviderFactory)
    how = OutcomeRow.How.KEPT

    class Params:
        got_wish = factory.Trait(how=OutcomeRow.How.WISH, wish_rank=1)
        # Chose, had another provider, and goes to the municipality: on the call list.
        moved_against_choice = factory.Trait(
            how=OutcomeRow.How.FALLBACK, provider_before=factory.SubFactory(ProviderFactory)
        )


class ContactTaskFactory(DjangoModelFactory[ContactTask]):
    class Meta:
        model = ContactTask

    person = factory.SubFactory(PersonFactory)
    run = factory.SubFactory(RunFactory)
    kind = ContactTask.Kind.MOVED
    due_on = datetime.date(2020, 11, 30)


class OfferFactory(DjangoModelFactory[Offer]):
    """An open offer. ``expired=True``: not answered in time."""

    class Meta:
        model = Offer

    person = factory.SubFactory(PersonFactory)
    contract = factory.SubFactory(ContractFactory)
    unit = factory.SelfAttribute("person.reference")
    minutes = 25 * HOUR + 30
    starts_on = datetime.date(2020, 12, 20)
    answer_by = datetime.date(2020, 12, 3)

    class Params:
        expired = factory.Trait(
            status=Offer.Status.EXPIRED,
            answer_by=datetime.date(2020, 11, 20),
            answered_at=factory.LazyFunction(clock.now),
        )


class ExitFactory(DjangoModelFactory[ProviderExit]):
    class Meta:
        model = ProviderExit
        skip_postgeneration_save = True

    provider = factory.SubFactory(ProviderFactory)
    reason = ProviderExit.Reason.CONTRACT
    ends_on = datetime.date(2021, 1, 31)
    moved_by = datetime.date(2021, 2, 15)
    status = ProviderExit.Status.OPEN

    @factory.post_generation
    def contracts(self: ProviderExit, create: bool, contracts: list[Contract] | None, **kwargs: object) -> None:
        self.contracts.set(contracts or [])


class MandateFactory(DjangoModelFactory[Mandate]):
    class Meta:
        model = Mandate
        skip_postgeneration_save = True

    person = factory.SubFactory(PersonFactory)
    kind = Mandate.Kind.GOD_MAN
    scope = "Sörja för person"
    evidence = "Registerutdrag från överförmyndaren"
    valid_from = LONG_AGO

    @factory.post_generation
    def holder(self: Mandate, create: bool, name: str | None, **kwargs: object) -> None:
        MandateHolder.objects.create(mandate=self, name=name or "Gunilla Godman", phone="070-174 06 06")


class ComplaintFactory(DjangoModelFactory[Complaint]):
    class Meta:
        model = Complaint

    provider = factory.SubFactory(ProviderFactory)
    kind = Complaint.Kind.TIME
    channel = Complaint.Channel.PHONE
    text = "Kommer för sent"
    received_on = datetime.date(2020, 11, 2)
    received_by = factory.SubFactory(UserFactory)
    answer_by = datetime.date(2020, 11, 20)


class LetterTextFactory(DjangoModelFactory[LetterText]):
    class Meta:
        model = LetterText
        django_get_or_create = ("kind", "language", "version")

    kind = LetterKind.DECISION
    language = "sv"
    version = 1
    blocks: dict[str, str] = {}


class LetterFactory(DjangoModelFactory[Letter]):
    """A letter to be rendered; ``rendered=True``: with its PDF on disk."""

    class Meta:
        model = Letter
        skip_postgeneration_save = True

    kind = LetterKind.DECISION
    person = factory.SubFactory(PersonFactory)
    language = "sv"
    text = factory.SubFactory(LetterTextFactory)
    layout_version = 2
    run = None
    cause_on = factory.LazyAttribute(lambda letter: None if letter.run else clock.today())
    facts: dict[str, str] = {}

    @factory.post_generation
    def rendered(self: Letter, create: bool, wanted: bool | None, **kwargs: object) -> None:
        if not wanted:
            return
        content = b"%PDF-1.7\n% a letter of the tests\n%%EOF\n"
        write_whole(media(self.file_name), content)
        self.rendered_at, self.pages, self.sha256 = clock.now(), 1, sha256(content)
        self.save()


class ScanFactory(DjangoModelFactory[Scan]):
    """An unregistered form, without a file."""

    class Meta:
        model = Scan

    received_on = datetime.date(2020, 11, 20)
    kind = Scan.Kind.PNG
    size = 1
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    added_by = factory.SubFactory(UserFactory)


class AddressLookFactory(DjangoModelFactory[AddressLook]):
    """A pending question."""

    class Meta:
        model = AddressLook

    person = factory.SubFactory(PersonFactory, protected=True)
    reason = "Nyckeln ska lämnas"
    proposed_by = factory.SubFactory(UserFactory)


def make_household(*persons: Person) -> Household:
    household = Household.objects.create()
    for person in persons:
        HouseholdMember.objects.create(household=household, person=person, valid_from=LONG_AGO)
    return household
