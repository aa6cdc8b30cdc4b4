"""How long one is signed in, showing again who one is, and out everywhere."""

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


def test_whoever_does_nothing_is_out_and_told_why(town: Town, at, signed_in):
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


def test_nobody_is_in_for_longer_than_a_day_of_work(town: Town, at, signed_in):
    client = signed_in(Role.CASE_OFFICER)
    for minutes in range(29, 600, 29):
        at(minutes)
        assert _is_in(client)
    at(601)

    response = client.get(reverse(HOME), follow=True)

    assert "Du har varit inloggad länge" in response.text
    assert Event.objects.filter(action="signin.long").count() == 1


def test_a_session_that_was_not_begun_here_is_over(town: Town, signed_in):
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
def test_the_gravest_acts_ask_again_after_a_quarter_and_are_not_done(town: Town, at, signed_in, step):
    client = signed_in(Role.SENIOR_OFFICER)
    at(16)
    page = reverse("casework:run", args=[town.run.reference])

    response = client.post(
        reverse(f"casework:{step}", args=[town.run.reference]), headers={"referer": f"http://testserver{page}"}
    )

    assert response.url == f"{reverse('confirm')}?next={page.replace('/', '%2F')}"
    town.run.refresh_from_db()
    assert town.run.status == AllocationRun.Status.PROPOSED


def test_a_print_run_is_approved_by_somebody_who_has_just_shown_who_they_are(town: Town, at, signed_in):
    batch = PrintBatch.objects.create(
        stack="x", letters_count=1, pages_count=1, sheets_count=1, manifest_sha256="0" * 64
    )
    client = signed_in(Role.SENIOR_OFFICER)
    at(16)

    answer = client.post(reverse("casework:batch_step", args=[batch.reference, "godkann"]))

    assert answer.url.startswith(reverse("confirm"))
    batch.refresh_from_db()
    assert batch.status == PrintBatch.Status.COMPOSED


def test_areas_are_given_by_somebody_who_has_just_shown_who_they_are(town: Town, at, signed_in):
    user = town.staff[Role.CASE_OFFICER]
    before = user.all_areas
    client = signed_in(Role.ADMIN)
    at(16)

    answer = client.post(reverse("casework:user", args=[user.pk]), {} if before else {"all_areas": "on"})

    assert answer.url.startswith(reverse("confirm"))
    user.refresh_from_db()
    assert user.all_areas == before


def test_the_address_of_a_protected_person_asks_again(town: Town, at, signed_in):
    client = signed_in(Role.SENIOR_OFFICER)
    address = reverse("casework:address", args=[town.protected.reference])
    at(14)
    say_why(client, town.protected)
    assert client.get(address).status_code == 200
    at(16)

    assert client.get(address).url.startswith(reverse("confirm"))


def test_the_right_password_opens_for_a_quarter_and_gives_the_session_a_new_key(town: Town, at, signed_in):
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
def test_confirming_leads_to_no_other_site(town: Town, at, signed_in, came_from):
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


def test_the_provider_is_made_to_ask_and_has_to_say_when(town: Town, client: Client, provider: Provider):
    provider.claims["roles"] = ["HTV-ansvarig"]
    come_in(client)
    # It did not say when it asked: it may have been this morning.
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


def test_confirming_by_the_provider_keeps_what_is_open(town: Town, client: Client, provider: Provider):
    provider.claims["roles"] = ["HTV-ansvarig"]
    come_in(client)
    User.objects.filter(username="asta.ek").update(all_areas=True)
    say_why(client, town.protected)

    come_in(client, "?igen=1")

    assert client.get(reverse("casework:person", args=[town.protected.reference])).status_code == 200


def test_out_everywhere_is_out_everywhere(town: Town, provider: Provider):
    here, there = Client(), Client(headers={"user-agent": "Läsplattan"})
    come_in(here)
    come_in(there)
    assert "Läsplattan" in here.get(reverse("casework:account")).text

    response = here.post(reverse("casework:leave_everywhere"), follow=True)

    assert "Du är utloggad överallt." in response.text
    assert not _is_in(here)
    assert not _is_in(there)
    assert Event.objects.get(action="user.signed_out_everywhere").data == {"sessions_ended": 2}


def test_signing_out_ends_this_session_and_no_other(town: Town, provider: Provider):
    here, there = Client(), Client()
    come_in(here)
    come_in(there)

    here.post(reverse("logout"))

    assert not _is_in(here)
    assert _is_in(there)
    assert Event.objects.filter(action="signin.out").count() == 1


def test_staff_and_citizen_are_never_both_in_one_session(town: Town, client: Client, provider: Provider):
    session = client.session
    session["citizen"] = {"person": town.person.pk}
    session.save()

    come_in(client)

    assert "citizen" not in client.session


def test_what_is_left_of_sessions_that_are_over_is_taken_away(town: Town, provider: Provider):
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
def test_a_browser_is_told_in_words_to_recognise_it_by(calls_itself: str, told: str):
    assert browser_of(calls_itself) == told
