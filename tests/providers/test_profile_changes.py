"""Four eyes on a provider's public profile."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.roles import Role
from audit.models import Event
from providers.models import Contract, ProfileChange, Provider
from providers.profile_changes import (
    approve_profile,
    card_with,
    open_profile_changes,
    propose_profile,
    published,
    refuse_profile,
)
from tests import factories as make
from tests.world import staff

pytestmark = pytest.mark.django_db

TEXTS = {"about": "Vi är tio.", "education": "Alla.", "meals": "Ja.", "continuity": "Fem.", "specialisms": ""}


@pytest.fixture
def provider() -> Provider:
    profile = make.ProviderProfileFactory.create()
    make.SurveyResultFactory.create(provider=profile.provider)
    return profile.provider


@pytest.fixture
def admin():
    return staff("admin", Role.ADMIN)


@pytest.fixture
def senior():
    return staff("senior", Role.SENIOR_OFFICER)


def propose(provider, actor, part="texts", after=TEXTS, language="sv") -> ProfileChange:
    language = language if part == "texts" else ""
    return propose_profile(
        provider=provider, part=part, language=language, after=after, reason="De skrev om", actor=actor
    )


def test_texts_are_published_after_approval_by_another(provider, admin, senior):
    change = propose(provider, admin)
    assert published(provider=provider, part="texts", language="sv")["about"].startswith("Ett litet företag")
    with pytest.raises(ValidationError, match="kan inte själv godkänna"):
        approve_profile(change=change, actor=admin)
    assert list(open_profile_changes()) == [change]

    approve_profile(change=change, actor=senior)

    assert published(provider=provider, part="texts", language="sv") == TEXTS
    assert list(open_profile_changes()) == []
    actions = Event.objects.filter(action__startswith="profile_change").order_by("id").values_list("action", "actor")
    assert list(actions) == [("profile_change.propose", "admin"), ("profile_change.approve", "senior")]
    with pytest.raises(ValidationError, match="redan avgjort"):
        refuse_profile(change=change, actor=senior)


def test_new_language(provider, admin, senior):
    assert published(provider=provider, part="texts", language="fi") == {}
    approve_profile(change=propose(provider, admin, language="fi"), actor=senior)
    assert provider.profiles.count() == 2


def test_facts_of_a_profile(provider, admin, senior):
    facts = published(provider=provider, part="facts") | {"owner": "En stiftelse", "staff_languages": ["sv", "so"]}
    approve_profile(change=propose(provider, admin, "facts", facts), actor=senior)
    provider.refresh_from_db()
    assert (provider.owner, provider.staff_languages, provider.meals) == (
        "En stiftelse",
        ["sv", "so"],
        ["cooked", "delivered"],
    )


def test_surveys_are_replaced_as_a_whole(provider, admin, senior):
    row = {"question": "safe", "positive_percent": 91, "answers": 40, "source": "Öppna jämförelser"}
    after = {"results": [row | {"asked_on": "2021-05-01"}]}
    approve_profile(change=propose(provider, admin, "surveys", after), actor=senior)
    assert [(r.question, r.positive_percent) for r in provider.survey_results.all()] == [("safe", 91)]


@pytest.mark.parametrize(
    ("part", "after", "words"),
    [
        ("texts", TEXTS | {"about": ""}, "om"),
        ("facts", {"email": "inte en adress"}, "e-post"),
        ("surveys", {"results": [{"question": "safe", "positive_percent": 101, "answers": 1, "source": "x",
                                  "asked_on": "2021-05-01"}]}, "100 procent"),
        ("surveys", {"results": [{"question": "safe", "positive_percent": 1, "answers": 1, "source": "x",
                                  "asked_on": "2021-05-01"}] * 2}, "två gånger"),
    ],
)  # fmt: skip
def test_invalid_content_cannot_be_proposed(provider, admin, part, after, words):
    with pytest.raises(ValidationError):
        propose(provider, admin, part, after)
    assert not ProfileChange.objects.exists()


def test_unchanged_and_second_proposals_are_refused(provider, admin):
    with pytest.raises(ValidationError, match="Inget är ändrat"):
        propose(provider, admin, after=published(provider=provider, part="texts", language="sv"))
    propose(provider, admin)
    with pytest.raises(ValidationError, match="redan ett förslag"):
        propose(provider, admin, after=TEXTS | {"about": "Nytt"})


def test_proposal_is_refused_after_a_public_change(provider, admin, senior):
    change = propose(provider, admin)
    provider.profiles.update(about="Något helt annat")
    with pytest.raises(ValidationError, match="har ändrats sedan"):
        approve_profile(change=change, actor=senior)
    change.refresh_from_db()
    assert change.state == "proposed"


def test_permissions(provider, admin, senior):
    with pytest.raises(PermissionDenied):
        propose(provider, senior)
    change = propose(provider, admin)
    with pytest.raises(PermissionDenied):
        approve_profile(change=change, actor=staff("officer", Role.CASE_OFFICER))
    with pytest.raises(IntegrityError, match="providers_profilechange_two_people"), transaction.atomic():
        ProfileChange.objects.update(state="approved", decided_at=change.proposed_at, decided_by=admin.user_id)
    refuse_profile(change=change, actor=admin)
    assert published(provider=provider, part="texts", language="sv")["about"].startswith("Ett litet företag")


def test_preview_saves_nothing(provider, admin):
    contract: Contract = make.ContractFactory.create(provider=provider)
    card = card_with(propose(provider, admin), contract=contract, language="sv", takes_in=True)
    assert card.profile is not None
    assert card.profile.about == "Vi är tio."
    assert provider.profiles.get().about.startswith("Ett litet företag")
