"""Session lifetime, reauthentication, and signing out everywhere."""

import datetime

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.browsers import browser_of
from accounts.models import User
from accounts.roles import Role
from allocation.models import AllocationRun
from audit.models import Event
from letters.models import PrintBatch
from signin.tasks import sessions
from tests.factories import PASSWORD
from tests.signin.conftest import come_in
from tests.signin.provider import Provider
from tests.town import Town, say_why

MORNING = datetime.datetime(2026, 3, 2, 8, 0, tzinfo=datetime.UTC)
HOME = "casework:home"


@pytest.fixture
def at():
    """The clock, moved by minutes from the morning on."""
    with time_machine.travel(MORNING, tick=False) as clock:
        yield lambda minutes: clock.move_to(MORNING + datetime.timedelta(minutes=minutes))


def _is_in(client: Client) -> bool:
    return client.get(reverse(HOME)).status_code == 200


def test_idle_session_ends_with_a_message(town: Town, at, signed_in):
    client = signed_in(Role.CASE_OFFICER)
    at(29)
    assert _is_in(client)
    at(58)
    assert _is_in(client)
    at(89)

    response = client.get(reverse(HOME), follow=True)

    assert response.redirect_chain == [(f"{reverse('login')}?next={reverse(HOME)}", 302)]
    assert "sidan stod orörd länge" in response.text
    assert "sidan stod orörd länge" not in client.get(reverse("login")).text
    assert Event.objects.get(action="signin.idle").user == town.staff[Role.CASE_OFFICER]


def test_session_is_limited_to_a_working_day(town: Town, at, signed_in):
    client = signed_in(Role.CASE_OFFICER)
    for minutes in range(29, 600, 29):
        at(minutes)
        assert _is_in(client)
    at(601)

    response = client.get(reverse(HOME), follow=True)

    assert "Du har varit inloggad länge" in response.text
    assert Event.objects.filter(action="signin.long").count() == 1


def test_session_without_a_start_is_invalid(town: Town, signed_in):
    client = signed_in(Role.CASE_OFFICER)
    session = client.session
    del session["staff"]
    session.save()

    assert not _is_in(client)


def _approve(client: Client, run: AllocationRun):
    address = reverse("casework:run", args=[run.reference])
    return client.post(
        reverse("casework:approve", args=[run.reference]),
        {"seen": "proposed"},
        headers={"referer": f"http://testserver{address}"},
    )


@pytest.mark.parametrize("step", ["approve", "apply", "undo"])
def test_critical_actions_require_reauthentication_after_15_minutes(town: Town, at, signed_in, step):
    client = signed_in(Role.SENIOR_OFFICER)
    at(16)
    page = reverse("casework:run", args=[town.run.reference])

    response = client.post(
        reverse(f"casework:{step}", args=[town.run.reference]), headers={"referer": f"http://testserver{page}"}
    )

    assert response.url == f"{reverse('confirm')}?next={page.replace('/', '%2F')}"
    town.run.refresh_from_db()
    assert town.run.status == AllocationRun.Status.PROPOSED


def test_print_approval_requires_recent_authentication(town: Town, at, signed_in):
    batch = PrintBatch.objects.create(
        stack="x", letters_count=1, pages_count=1, sheets_count=1, manifest_sha256="0" * 64
    )
    client = signed_in(Role.SENIOR_OFFICER)
    at(16)

    answer = client.post(reverse("casework:batch_step", args=[batch.reference, "godkann"]))

    assert answer.url.startswith(reverse("confirm"))
    batch.refresh_from_db()
    assert batch.status == PrintBatch.Status.COMPOSED


def test_granting_areas_requires_recent_authentication(town: Town, at, signed_in):
    user = town.staff[Role.CASE_OFFICER]
    before = user.all_areas
    client = signed_in(Role.ADMIN)
    at(16)

    answer = client.post(reverse("casework:user", args=[user.pk]), {} if before else {"all_areas": "on"})

    assert answer.url.startswith(reverse("confirm"))
    user.refresh_from_db()
    assert user.all_areas == before


def test_protected_address_requires_reauthentication(town: Town, at, signed_in):
    client = signed_in(Role.SENIOR_OFFICER)
    address = reverse("casework:address", args=[town.protected.reference])
    at(14)
    say_why(client, town.protected)
    assert client.get(address).status_code == 200
    at(16)

    assert client.get(address).url.startswith(reverse("confirm"))


def test_password_confirms_for_15_minutes_and_rotates_the_session_key(town: Town, at, signed_in):
    client = signed_in(Role.SENIOR_OFFICER)
    at(16)
    confirm, page = _approve(client, town.run).url, reverse("casework:run", args=[town.run.reference])
    key = client.session.session_key

    assert "tryck en gång till" in client.get(confirm).text
    assert "Det gick inte" in client.post(confirm, {"password": "fel"}).text
    assert client.post(confirm, {"password": PASSWORD, "next": page}).url == page
    assert client.session.session_key != key
    assert _approve(client, town.run).url == page
    at(32)
    assert _approve(client, town.run).url == confirm
    assert Event.objects.filter(action="signin.confirmed").count() == 1


@pytest.mark.parametrize("came_from", ["", "https://evil.example/", "http://testserver//evil.example/"])
def test_confirmation_redirects_within_the_site(town: Town, at, signed_in, came_from):
    client = signed_in(Role.SENIOR_OFFICER)
    at(16)
    response = client.post(
        reverse("casework:approve", args=[town.run.reference]), headers={"referer": came_from} if came_from else {}
    )
    assert "evil" not in response.url

    onward = client.post(response.url, {"password": PASSWORD, "next": "//evil.example/"})
    assert onward.url == reverse(HOME)


def test_another_officers_password_does_not_confirm(town: Town, at, signed_in):
    town.staff[Role.SENIOR_OFFICER].set_password("ett annat")
    town.staff[Role.SENIOR_OFFICER].save()
    client = signed_in(Role.SENIOR_OFFICER)
    at(16)

    client.post(reverse("confirm"), {"password": PASSWORD})

    assert _approve(client, town.run).url.startswith(reverse("confirm"))


def test_provider_must_reauthenticate_and_state_the_time(town: Town, client: Client, provider: Provider):
    provider.claims["roles"] = ["HTV-ansvarig"]
    come_in(client)
    # Without the time of authentication it may have been this morning.
    confirm = _approve(client, town.run).url
    assert "Bekräfta med kommunens konto" in client.get(confirm).text
    page = reverse("casework:run", args=[town.run.reference])

    provider.token = {"auth_time": None}
    refused = come_in(client, f"?igen=1&next={page}")
    assert "frågade inte vem du är" in refused.text

    provider.token = {"auth_time": 1_600_000_000}
    refused = come_in(client, f"?igen=1&next={page}")
    assert "frågade inte vem du är" in refused.text
    assert _approve(client, town.run).url.startswith(reverse("confirm"))

    provider.token = {}
    assert come_in(client, f"?igen=1&next={page}").url == page
    assert (provider.asked[-1]["prompt"], provider.asked[-1]["max_age"]) == ("login", "0")
    assert _approve(client, town.run).url == page


def test_confirmation_by_the_provider_keeps_the_session(town: Town, client: Client, provider: Provider):
    provider.claims["roles"] = ["HTV-ansvarig"]
    come_in(client)
    User.objects.filter(username="asta.ek").update(all_areas=True)
    say_why(client, town.protected)

    come_in(client, "?igen=1")

    assert client.get(reverse("casework:person", args=[town.protected.reference])).status_code == 200


def test_sign_out_everywhere_ends_all_sessions(town: Town, provider: Provider):
    here, there = Client(), Client(headers={"user-agent": "Läsplattan"})
    come_in(here)
    come_in(there)
    assert "Läsplattan" in here.get(reverse("casework:account")).text

    response = here.post(reverse("casework:leave_everywhere"), follow=True)

    assert "Du är utloggad överallt." in response.text
    assert not _is_in(here)
    assert not _is_in(there)
    assert Event.objects.get(action="user.signed_out_everywhere").data == {"sessions_ended": 2}


def test_sign_out_ends_this_session_only(town: Town, provider: Provider):
    here, there = Client(), Client()
    come_in(here)
    come_in(there)

    here.post(reverse("logout"))

    assert not _is_in(here)
    assert _is_in(there)
    assert Event.objects.filter(action="signin.out").count() == 1


def test_session_is_never_staff_and_citizen_at_once(town: Town, client: Client, provider: Provider):
    session = client.session
    session["citizen"] = {"person": town.person.pk}
    session.save()

    come_in(client)

    assert "citizen" not in client.session


def test_expired_sessions_are_deleted(town: Town, provider: Provider):
    come_in(Client())
    over = Client()
    come_in(over)
    Session.objects.filter(session_key=over.session.session_key).update(expire_date=MORNING.replace(year=2020))

    sessions()

    assert UserSession.objects.count() == 1
    assert not Session.objects.filter(session_key=over.cookies["sessionid"].value).exists()


@pytest.mark.parametrize(
    ("calls_itself", "told"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/141.0 Safari/537.36 Edg/141.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("curl/8.5", "curl/8.5"),
        ("", "Okänd"),
    ],
)
def test_browser_is_described_in_words(calls_itself: str, told: str):
    assert browser_of(calls_itself) == told
