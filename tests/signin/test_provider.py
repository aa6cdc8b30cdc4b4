"""Staff sign-in through the municipality's provider: user and roles, and a page for every wrong answer."""

import pytest
import structlog
from django.test import Client
from django.urls import reverse
from joserfc.jwk import OctKey, RSAKey

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Right
from audit.models import Event
from providers.rights import give
from signin.views import MOST_NOTED_A_MINUTE
from tests import factories as make
from tests.signin.conftest import CLIENT_ID, answer_to, come_in
from tests.signin.provider import CLIENT_SECRET, Provider

pytestmark = pytest.mark.usefixtures("municipality")

_numbers = iter(range(1, 250))


@pytest.fixture
def client() -> Client:
    """A client address without earlier refusals."""
    return Client(REMOTE_ADDR=f"192.0.2.{next(_numbers)}")


def _refused(response, code: str) -> None:
    assert response.status_code == 403
    assert f"<strong>{code}</strong>" in response.text
    assert Event.objects.filter(action="signin.refused", data__why=code).exists()
    assert not response.wsgi_request.user.is_authenticated


def test_officer_gets_name_and_role_and_no_area_yet(client: Client, provider: Provider):
    address = reverse("casework:people")

    response = come_in(client, f"?next={address}")

    assert response["Location"] == address
    user = User.objects.get()
    assert (str(user), user.username, user.is_local, user.has_usable_password()) == ("Asta Ek", "asta.ek", False, False)
    assert Actor.staff(user).may(Right.REGISTER_CHOICE)
    assert not Actor.staff(user).may(Right.APPROVE_RUN)
    assert Actor.staff(user).areas == frozenset()
    assert client.get(address).status_code == 200
    assert Event.objects.get(action="signin.in").user == user
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_authorization_request_has_state_nonce_and_challenge_and_no_secret(client: Client, provider: Provider):
    come_in(client)

    (asked,) = provider.asked
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert CLIENT_SECRET not in asked.values()


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ({"iss": "https://another.example"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "another-system"}, "audience"),
        ({"aud": [CLIENT_ID, "another-system"]}, "audience"),
        ({"aud": None}, "audience"),
        ({"nonce": "of-another-time"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"iat": 1_600_000_000, "exp": 1_600_000_300}, "expired"),
        ({"exp": None}, "expired"),
        ({"sub": None}, "token"),
        ({"amr": ["pwd"]}, "mfa"),
        ({"amr": None}, "mfa"),
        ({"roles": ["Något annat"]}, "role"),
        ({"roles": None}, "role"),
        ({"roles": {"HTV-admin": True}}, "role"),
    ],
)
def test_wrong_answer_is_refused_with_a_reason(client: Client, provider: Provider, token, code):
    provider.token = token

    _refused(come_in(client), code)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("signs", "algorithm"),
    [
        (RSAKey.generate_key(2048), "RS256"),
        # Signed with the client secret, which proves no issuer.
        (OctKey.import_key(CLIENT_SECRET * 3), "HS256"),
        (None, "none"),
    ],
    ids=["another key", "a shared secret", "none"],
)
def test_token_not_signed_by_the_provider_is_refused(client: Client, provider: Provider, signs, algorithm):
    provider.signs, provider.algorithm = signs, algorithm

    _refused(come_in(client), "token")


def test_answer_is_accepted_once(client: Client, provider: Provider):
    answer = answer_to(client)
    client.get(answer)
    client.post(reverse("logout"))

    _refused(client.get(answer), "state")


def test_answer_from_another_browser_is_refused(client: Client, provider: Provider):
    _refused(Client(REMOTE_ADDR="192.0.2.250").get(answer_to(client)), "state")


def test_code_used_elsewhere_is_refused(client: Client, provider: Provider):
    answer = answer_to(client)
    provider.codes.clear()

    _refused(client.get(answer), "provider")


@pytest.mark.parametrize(("error", "code"), [("access_denied", "cancelled"), ("server_error", "provider")])
def test_refusal_by_the_provider_is_reported(client: Client, provider: Provider, error, code):
    provider.error = error

    _refused(come_in(client), code)


def test_unavailable_provider_is_reported(client: Client, settings, provider: Provider):
    settings.STAFF_OIDC_ISSUER = "http://127.0.0.1:9"

    _refused(client.get(reverse("login_staff")), "provider")


def test_roles_and_names_are_updated_at_each_sign_in(client: Client, provider: Provider):
    come_in(client)
    provider.claims |= {"roles": ["HTV-admin", "HTV-ansvarig"], "family_name": "Ekdahl"}
    come_in(client)

    user = User.objects.get()
    assert str(user) == "Asta Ekdahl"
    assert set(user.groups.values_list("name", flat=True)) == {"admin", "senior_officer"}
    change = Event.objects.filter(action="user.roles").first()
    assert change is not None
    assert (change.before, change.after) == ({"roles": ["case_officer"]}, {"roles": ["admin", "senior_officer"]})


def test_losing_every_role_ends_all_sessions(client: Client, provider: Provider):
    elsewhere = Client()
    come_in(elsewhere)
    provider.claims["roles"] = []

    _refused(come_in(client), "role")
    assert elsewhere.get(reverse("casework:home")).status_code == 302
    assert not User.objects.get().groups.exists()


def test_closed_account_stays_closed(client: Client, provider: Provider):
    come_in(client)
    User.objects.update(is_active=False)

    assert client.get(reverse("casework:home")).status_code == 302
    _refused(come_in(client), "closed")


def test_provider_assigns_areas_when_configured(client: Client, provider: Provider, settings):
    make.AreaFactory.create(code="norra")
    settings.STAFF_OIDC_AREA_CLAIM, settings.STAFF_OIDC_AREAS = "office", {"Norr": "norra", "Alla": "*"}
    provider.claims["office"] = "Norr"
    come_in(client)
    assert Actor.staff(User.objects.get()).areas == {"norra"}

    provider.claims["office"] = ["Norr", "Alla"]
    come_in(client)
    assert Actor.staff(User.objects.get()).areas is None

    del provider.claims["office"]
    come_in(client)
    assert Actor.staff(User.objects.get()).areas == frozenset()


def test_areas_set_by_an_administrator_are_kept_without_provider_areas(client: Client, provider: Provider):
    come_in(client)
    area = make.AreaFactory.create(code="norra")
    User.objects.get().areas.add(area)
    come_in(client)

    assert Actor.staff(User.objects.get()).areas == {"norra"}


def test_level_counts_as_two_factors_and_roles_may_be_nested(client: Client, provider: Provider, settings):
    settings.STAFF_OIDC_MFA_ACR = ["http://id.example/loa3"]
    settings.STAFF_OIDC_ROLE_CLAIM = "realm_access.roles"
    provider.token = {
        "amr": None,
        "acr": "http://id.example/loa3",
        "roles": None,
        "realm_access": {"roles": ["HTV-ansvarig"]},
    }

    come_in(client)

    assert User.objects.get().groups.get().name == "senior_officer"


def test_name_of_a_local_account_is_not_taken_over(client: Client, provider: Provider):
    make.UserFactory.create(username="Asta.Ek")

    come_in(client)

    assert set(User.objects.values_list("username", flat=True)) == {"Asta.Ek", "asta.ek-2"}


def test_another_user_of_the_provider_gets_a_new_session(client: Client, provider: Provider):
    come_in(client)
    client.session["kvar"] = 1
    provider.claims |= {"sub": "bo-2", "preferred_username": "bo"}
    come_in(client)

    assert client.get(reverse("casework:home")).wsgi_request.user.username == "bo"
    assert "kvar" not in client.session


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_redirect_stays_within_the_site(client: Client, provider: Provider, onward):
    response = come_in(client, f"?next={onward}")

    assert response["Location"] == reverse("casework:home")


def test_refusals_of_one_address_are_logged_at_a_limited_rate(client: Client, provider: Provider):
    for _ in range(MOST_NOTED_A_MINUTE + 5):
        assert client.get(reverse("login_staff_back"), REMOTE_ADDR="203.0.113.240").status_code == 403

    assert Event.objects.filter(action="signin.refused").count() == MOST_NOTED_A_MINUTE
    assert client.get(reverse("login_staff_back"), REMOTE_ADDR="203.0.113.241").status_code == 403
    assert Event.objects.filter(action="signin.refused").count() == MOST_NOTED_A_MINUTE + 1


def test_planner_of_a_provider_signs_in_by_claim_and_keeps_roles_added_locally(client, provider: Provider, settings):
    settings.STAFF_OIDC_ROLES = {"HTV-utforare": "provider_staff", "HTV-admin": "admin"}
    settings.STAFF_OIDC_PROVIDER_CLAIM, settings.STAFF_OIDC_PROVIDERS = "employer", {"Ett": "ett", "Tva": "tva"}
    for code in ("ett", "tva"):
        make.ProviderFactory.create(code=code)
    # A role of the municipality's beside it counts for nothing.
    provider.claims |= {"roles": ["HTV-utforare", "HTV-admin"], "employer": "Ett"}
    assert come_in(client)["Location"] == reverse("portal:home")
    user = User.objects.get()
    assert (Actor.staff(user).provider, Actor.staff(user).rights) == ("ett", {Right.OWN_CLIENTS})

    give(user=user, roles=["provider_staff", "provider_protected"], by=None)
    come_in(client)
    assert Actor.staff(user).may(Right.SEE_PROTECTED)
    # Another employer: nothing of that is left.
    provider.claims["employer"] = "Tva"
    come_in(client)
    assert (Actor.staff(user).provider, Actor.staff(user).rights) == ("tva", {Right.OWN_CLIENTS})
    provider.claims["employer"] = ["Ett", "Tva"]
    _refused(come_in(client), "role")
    # And at the municipality: a member of the staff.
    provider.claims |= {"employer": "", "roles": ["HTV-admin"]}
    come_in(client)
    assert (Actor.staff(user).provider, Actor.staff(user).may(Right.MANAGE_USERS)) == (None, True)


def test_role_that_the_claims_no_longer_give_ends_and_one_added_here_stays(client, provider: Provider, settings):
    settings.STAFF_OIDC_ROLES = {"plan": "provider_staff", "skydd": "provider_protected", "chef": "provider_admin"}
    settings.STAFF_OIDC_PROVIDER_CLAIM, settings.STAFF_OIDC_PROVIDERS = "employer", {"Ett": "ett"}
    make.ProviderFactory.create(code="ett")
    provider.claims |= {"roles": ["plan", "skydd"], "employer": "Ett"}
    come_in(client)
    user = User.objects.get()
    assert Actor.staff(user).may(Right.SEE_PROTECTED)
    give(user=user, roles=["provider_staff", "provider_protected", "provider_admin"], by=None)

    provider.claims["roles"] = ["plan"]
    come_in(client)

    assert not Actor.staff(user).may(Right.SEE_PROTECTED)
    assert Actor.staff(user).may(Right.OWN_PROVIDER)
    come_in(client)
    assert Actor.staff(user).may(Right.OWN_PROVIDER)


def test_provider_that_is_not_here_lets_nobody_in(client, provider: Provider, settings):
    settings.STAFF_OIDC_ROLES = {"plan": "provider_staff"}
    settings.STAFF_OIDC_PROVIDER_CLAIM = "employer"
    settings.STAFF_OIDC_PROVIDERS = {"Ett": "ett", "Bort": "no-such-provider"}
    make.ProviderFactory.create(code="ett")
    provider.claims |= {"roles": ["plan"], "employer": "Bort"}
    with structlog.testing.capture_logs() as lines:
        _refused(come_in(client), "role")
    assert {"event": "sign_in.unknown_provider", "code": "no-such-provider", "log_level": "warning"} in lines
    assert not User.objects.exists()
    provider.claims["employer"] = "Ett"
    come_in(client)
    provider.claims["employer"] = "Bort"
    _refused(come_in(client), "role")
    assert Actor.staff(User.objects.get()).rights == frozenset()


def test_account_made_anew_at_the_provider_is_the_same_human(client, provider: Provider):
    come_in(client)
    first = User.objects.get()
    provider.claims |= {"sub": "asta-made-anew", "preferred_username": "Asta.Ek"}
    come_in(client)
    second = User.objects.exclude(pk=first.pk).get()
    assert second.username == "Asta.Ek-2"
    assert Actor.staff(second).is_same_human(first.pk)
    assert Actor.staff(first).is_same_human(second.pk)
    provider.claims |= {"sub": "bo", "preferred_username": None}
    come_in(client)
    assert not Actor.staff(User.objects.get(oidc_subject="bo")).is_same_human(first.pk)


def test_reason_of_an_unreachable_provider_is_in_the_log(client: Client, settings):
    """Refused connection: nobody listens there."""
    settings.STAFF_OIDC_ISSUER = "https://127.0.0.1:9/nowhere"
    with structlog.testing.capture_logs() as lines:
        response = client.get(reverse("login_staff"))
    _refused(response, "provider")
    (line,) = [line for line in lines if line["event"] == "sign_in.provider_failed"]
    assert line["error"] == "ConnectionError"
    assert "refused" in line["reason"]
