"""Access to protected people: a reason for each access, a second person for the address, immediate effect of the
flag.
"""

import datetime
from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from audit.models import Event, Read
from choices.address_looks import SHOWN_FOR, answer, ask_for_address, is_address_open
from choices.models import Mandate, Person, ProtectionChange
from choices.models.address_look import AddressLook
from choices.protection import answer_change, set_protection, without_cut_mandates
from common import clock
from staff_ui.reasons import OPEN_FOR
from tests import factories as make
from tests.world import staff

pytestmark = pytest.mark.django_db

WHY = "Personen ringde och vill välja"


@pytest.fixture
def person() -> Person:
    make.MunicipalityFactory.create()
    return make.PersonFactory.create(confidential_mark=True, family_name="Hemligsson", street="Gömda vägen 7")


@pytest.fixture
def senior() -> Client:
    client = Client()
    client.force_login(make.UserFactory.with_role(Role.SENIOR_OFFICER, username="senior"))
    return client


def _say_why(client: Client, person: Person, why: str = WHY, **asked: str) -> str:
    response = client.post(f"{reverse('casework:reason', args=[person.reference])}?{urlencode(asked)}", {"reason": why})
    return response["Location"] if response.status_code == 302 else ""


def test_page_opens_after_a_reason_and_each_access_logs_it(senior: Client, person: Person):
    page = reverse("casework:person", args=[person.reference])
    asked = senior.get(page, follow=True)
    assert "Hemligsson" not in asked.text
    assert person.identity_number[-4:] not in asked.text
    assert not Read.objects.exists()

    assert _say_why(senior, person, till=page) == page
    assert "Hemligsson" in senior.get(page).text
    senior.get(page)

    looks = Read.objects.filter(person_reference=person.reference)
    assert list(looks.values_list("reason", flat=True)) == [WHY] * 3
    assert set(looks.values_list("what", flat=True)) == {"protected", "person"}


@pytest.mark.parametrize("why", ["", "   ", "jobb"])
def test_access_without_a_reason_is_refused(senior: Client, person: Person, why: str):
    assert not _say_why(senior, person, why)
    assert senior.get(reverse("casework:person", args=[person.reference])).status_code == 302


def test_reason_expires_after_15_minutes_and_covers_one_person(senior: Client, person: Person):
    other = make.PersonFactory.create(confidential_mark=True)
    page = reverse("casework:person", args=[person.reference])
    _say_why(senior, person)
    assert senior.get(page).status_code == 200
    assert senior.get(reverse("casework:person", args=[other.reference])).status_code == 302

    session = senior.session
    looks = session["protected_looks"]
    looks[person.reference]["until"] = (clock.now() - datetime.timedelta(seconds=1)).isoformat()
    session.save()
    assert senior.get(page).status_code == 302
    assert datetime.timedelta(minutes=15) == OPEN_FOR


def test_post_without_a_reason_is_refused(senior: Client, person: Person):
    response = senior.post(reverse("casework:note", args=[person.reference]), {"text": "Ringde"})

    assert response["Location"] == reverse("casework:reason", args=[person.reference])
    assert not person.notes.exists()


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_redirect_stays_within_the_site(senior: Client, person: Person, onward: str):
    assert _say_why(senior, person, till=onward) == reverse("casework:person", args=[person.reference])


def test_lists_never_name_protected_people(senior: Client, person: Person):
    page = senior.get(reverse("casework:people"))

    assert "Hemligsson" not in page.text
    assert "Skyddad person" in page.text
    assert person.reference in page.text


def test_protected_address_needs_approval_and_shows_for_an_hour(senior: Client, person: Person):
    page = reverse("casework:address", args=[person.reference])
    _say_why(senior, person)
    assert "Gömda" not in senior.get(page).text
    assert "Gömda" not in senior.get(reverse("casework:person", args=[person.reference])).text

    senior.post(page, {"reason": "Nyckeln ska lämnas tillbaka"})
    question = AddressLook.objects.get()
    senior.post(reverse("casework:answer_address", args=[question.reference]), {"answer": "ja"})
    question.refresh_from_db()
    assert question.state == AddressLook.State.PROPOSED
    assert "Gömda" not in senior.get(page).text

    answer(asked=question, approve=True, actor=staff("other", Role.SENIOR_OFFICER))
    assert "Gömda" in senior.get(page).text
    assert Read.objects.filter(what="address", person_reference=person.reference, reason=WHY).exists()
    assert set(Event.objects.filter(person_reference=person.reference).values_list("action", flat=True)) == {
        "address.ask",
        "address.grant",
    }
    AddressLook.objects.update(decided_at=clock.now() - SHOWN_FOR)
    assert "Gömda" not in senior.get(page).text


def test_approval_reveals_the_address_to_its_requester_only(person: Person):
    one, two, three = (staff(name, Role.SENIOR_OFFICER) for name in ("one", "two", "three"))
    asked = ask_for_address(person=person, reason="Nyckeln", actor=one)
    answer(asked=asked, approve=True, actor=two)

    assert [is_address_open(person=person, actor=actor) for actor in (one, two, three)] == [True, False, False]


def test_database_requires_two_different_people(person: Person):
    one = staff("one", Role.SENIOR_OFFICER)
    asked = ask_for_address(person=person, reason="Nyckeln", actor=one)
    with pytest.raises(ValidationError):
        answer(asked=asked, approve=True, actor=one)
    with pytest.raises(IntegrityError), transaction.atomic():
        AddressLook.objects.update(state="approved", decided_by=one.user_id, decided_at=clock.now())
    with pytest.raises(PermissionDenied):
        answer(asked=asked, approve=True, actor=staff("case", Role.CASE_OFFICER))


def test_letter_from_before_protection_hides_its_address_until_approved(
    senior: Client, person: Person, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    old = make.LetterFactory.create(person=person, run=make.RunFactory.create(), rendered=True)
    _say_why(senior, person)
    page = reverse("casework:letter", args=[old.reference])

    assert senior.get(page)["Location"] == reverse("casework:address", args=[person.reference])
    asked = ask_for_address(person=person, reason="Nyckeln", actor=_actor("senior"))
    answer(asked=asked, approve=True, actor=staff("other", Role.SENIOR_OFFICER))
    assert senior.get(page)["Content-Type"] == "application/pdf"


def _actor(username: str) -> Actor:
    return Actor.staff(make.User.objects.get(username=username))


def test_protection_takes_effect_immediately(client: Client):
    make.MunicipalityFactory.create()
    person = make.PersonFactory.create()
    client.force_login(make.UserFactory.with_role(Role.CASE_OFFICER))
    page = reverse("casework:protection", args=[person.reference])

    response = client.post(page, {"protected_registration": "on", "reason": "Beslut från Skatteverket"})

    assert response["Location"] == reverse("casework:people")
    assert client.get(page).status_code == 404
    person.refresh_from_db()
    assert (person.confidential, person.protected_registration, bool(person.street)) == (True, False, True)
    event = Event.objects.get(action="person.protection")
    assert event.after == {"confidential": True, "protected_registration": False}
    assert event.reason == "Beslut från Skatteverket"

    answer_change(change=ProtectionChange.objects.get(), approve=True, actor=staff("senior", Role.SENIOR_OFFICER))
    person.refresh_from_db()
    assert person.protected_registration
    assert (person.street, person.postal_code, person.town) == ("", "", "")


def test_lifting_protection_needs_two_people(person: Person):
    lift = {"person": person, "confidential": False, "protected_registration": False, "reason": "Beslutet har upphört"}
    with pytest.raises(PermissionDenied):
        set_protection(**lift, actor=staff("case", Role.CASE_OFFICER))
    one, other = staff("senior", Role.SENIOR_OFFICER), staff("other", Role.SENIOR_OFFICER)
    for nothing in ("", " ", ".........."):
        with pytest.raises(ValidationError):
            set_protection(**lift | {"reason": nothing}, actor=one)

    change = set_protection(**lift, actor=one)
    person.refresh_from_db()
    assert person.is_protected
    with pytest.raises(ValidationError, match="kan inte själv godkänna"):
        answer_change(change=change, approve=True, actor=one)
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        ProtectionChange.objects.update(state="approved", decided_by=one.user_id, decided_at=clock.now())
    answer_change(change=change, approve=True, actor=other)
    person.refresh_from_db()
    assert not person.is_protected


@pytest.mark.parametrize(
    "meanwhile", [{"protected_registration": True}, {"confidential": False}], ids=["set", "lifted"]
)
def test_protection_that_has_changed_since_the_proposal_is_not_lifted_by_it(person: Person, meanwhile):
    """The register's own change comes between."""
    one, other = staff("senior", Role.SENIOR_OFFICER), staff("other", Role.SENIOR_OFFICER)
    lift = {"person": person, "confidential": False, "protected_registration": False, "reason": "Beslutet har upphört"}
    change = set_protection(**lift, actor=one)
    register = {"confidential": True, "protected_registration": False, "reason": "Folkbokföringen"} | meanwhile
    set_protection(person=person, **register, actor=Actor.system("population_register"))

    with pytest.raises(ValidationError, match="har ändrats sedan förslaget gjordes"):
        answer_change(change=change, approve=True, actor=other)

    person.refresh_from_db()
    assert person.protected_registration == meanwhile.get("protected_registration", False)
    assert ProtectionChange.objects.get().state == "proposed"
    answer_change(change=change, approve=False, actor=other)
    assert ProtectionChange.objects.get().state == "refused"


def test_proposal_of_an_earlier_release_or_of_a_merged_record_is_made_anew(person: Person):
    one, other = staff("senior", Role.SENIOR_OFFICER), staff("other", Role.SENIOR_OFFICER)
    lift = {"person": person, "confidential": False, "protected_registration": False, "reason": "Beslutet har upphört"}
    change = set_protection(**lift, actor=one)
    ProtectionChange.objects.update(was_confidential=None, was_protected_registration=None)
    with pytest.raises(ValidationError, match="har ändrats"):
        answer_change(change=change, approve=True, actor=other)
    answer_change(change=change, approve=False, actor=other)
    change = set_protection(**lift, actor=one)
    Person.objects.filter(pk=person.pk).update(merged_into=make.PersonFactory.create())
    with pytest.raises(ValidationError, match="har ändrats"):
        answer_change(change=change, approve=True, actor=other)


def test_two_accounts_of_one_human_count_as_one(person: Person, settings):
    lift = {"person": person, "confidential": False, "protected_registration": False, "reason": "Beslutet har upphört"}
    one, linked, same = (staff(name, Role.SENIOR_OFFICER) for name in ("anna", "anna.lokal", "anna.annan"))
    settings.STAFF_LINKED_ACCOUNTS = [["anna", "anna.lokal"]]
    User.objects.filter(pk=one.user_id).update(oidc_issuer="https://a.example", oidc_subject="f2c1")
    User.objects.filter(pk=same.user_id).update(oidc_issuer="https://b.example", oidc_subject="f2c1")
    change = set_protection(**lift, actor=one)
    for actor in (linked, same):
        with pytest.raises(ValidationError, match="kan inte själv godkänna"):
            answer_change(change=change, approve=True, actor=actor)
    answer_change(change=change, approve=True, actor=staff("bo", Role.SENIOR_OFFICER))


def test_lifting_and_answering_require_fresh_identification(senior: Client, person: Person):
    _say_why(senior, person)
    session = senior.session
    session["staff"] = {**session["staff"], "shown": 0}
    session.save()
    page = reverse("casework:protection", args=[person.reference])
    assert senior.post(page, {"reason": "Beslutet har upphört"})["Location"].startswith(reverse("confirm"))
    assert not ProtectionChange.objects.exists()
    change = ProtectionChange.objects.create(
        person=person, confidential=False, protected_registration=False, reason="x", proposed_by=_user("other")
    )
    answered = senior.post(reverse("casework:answer_protection", args=[change.reference]), {"answer": "ja"})
    assert answered["Location"].startswith(reverse("confirm"))


def _user(username: str) -> User:
    return make.UserFactory.with_role(Role.SENIOR_OFFICER, username=username)


def test_representation_ends_when_either_party_becomes_protected():
    mandates = {name: make.MandateFactory.create() for name in ("open", "person", "holder", "joint")}
    protected = make.PersonFactory.create(confidential_mark=True)
    Person.objects.filter(pk=mandates["person"].person_id).update(confidential=True)
    mandates["holder"].holders.update(identity_number=protected.identity_number)
    mandates["joint"].holders.create(name="Två", identity_number=protected.identity_number)

    assert list(without_cut_mandates(Mandate.objects.all())) == [mandates["open"]]
