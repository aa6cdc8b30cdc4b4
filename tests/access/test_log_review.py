"""Log review: selection and its reasons, judgement, and closing."""

import csv
import datetime
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from audit.models import Event, Read
from choices.models import Person
from common import clock
from common.clock import STOCKHOLM
from common.spreadsheet import csv_bytes
from oversight.models import LogReview, ReviewItem
from oversight.review.sampling import MANY, MOST_OF_A_KIND, pick
from oversight.review.services import begin_review, close_review, judge, month_to_review
from tests import factories as make
from tests.access.crawler import text_of

pytestmark = pytest.mark.django_db

# A Tuesday, in working hours.
DAY = datetime.date(2020, 10, 13)
NOON = datetime.datetime.combine(DAY, datetime.time(12), STOCKHOLM)
Why = ReviewItem.Why


@pytest.fixture
def reviewer() -> Actor:
    make.MunicipalityFactory.create()
    return Actor.staff(make.UserFactory.with_role(Role.LOG_REVIEWER, username="reviewer", last_name="Granskog"))


@pytest.fixture
def officer() -> User:
    return make.UserFactory.with_role(Role.CASE_OFFICER, first_name="Karin", last_name="Ekstrand")


def _person(**fields: object) -> Person:
    """A person with care and nothing conspicuous."""
    person: Person = make.PersonFactory.create(**{"family_name": "Annan", "street": "Annangatan 1", **fields})
    make.CareDecisionFactory.create(person=person)
    return person


def _look(user: User, person: Person, at: datetime.datetime = NOON) -> Read:
    return Read.objects.create(user=user, person_reference=person.reference, what="person", at=at)


def _begin(actor: Actor, **more: int) -> LogReview:
    return begin_review(period_from=DAY, period_to=DAY, actor=actor, **{"sample_size": 10, **more})


def _whys(review: LogReview, read: Read) -> set[str]:
    item = review.items.filter(read=read).first()
    return set(item.whys) - {Why.RANDOM} if item else set()


CASES = {
    Why.SURNAME: {"family_name": "Ekstrand", "street": ""},
    Why.COLLEAGUE: {"given_name": "Bo", "family_name": "Kollegason"},
    Why.PROTECTED: {"confidential": True},
    Why.NO_CASE: {"deceased_on": DAY - datetime.timedelta(days=40)},
}


@pytest.mark.parametrize("why", CASES)
def test_relationship_to_the_viewed_person_is_a_selection_reason(reviewer: Actor, officer: User, why: str):
    make.UserFactory.create(first_name="Bo", last_name="Kollegason")
    odd, plain = _look(officer, _person(**CASES[why])), _look(officer, _person())

    review = _begin(reviewer)

    assert _whys(review, odd) == {why}
    assert _whys(review, plain) == set()


def test_same_surname_and_street_is_a_selection_reason(reviewer: Actor, officer: User):
    home = _look(officer, _person(family_name="Ekstrand", street="Björkvägen 4"))
    neighbour, other = (_look(officer, _person(street=street)) for street in ("Björkvägen 12 B", "Björkgatan 4"))

    review = _begin(reviewer)

    assert _whys(review, home) == {Why.SURNAME, Why.STREET}
    assert _whys(review, neighbour) == {Why.STREET}
    assert _whys(review, other) == set()


@pytest.mark.parametrize(
    ("hour", "day", "odd"), [(5, 13, True), (6, 13, False), (19, 13, False), (20, 13, True), (12, 17, True)]
)
def test_access_outside_working_hours_uses_swedish_time(reviewer: Actor, officer: User, hour: int, day: int, odd: bool):
    read = _look(officer, _person(), datetime.datetime(2020, 10, day, hour, tzinfo=STOCKHOLM))

    review = begin_review(period_from=DAY, period_to=datetime.date(2020, 10, 18), sample_size=10, actor=reviewer)

    assert _whys(review, read) == ({Why.HOURS} if odd else set())


def test_unusually_many_accesses_in_a_day_are_selected_once(reviewer: Actor, officer: User):
    for day in (1, 2, 5):
        _look(officer, _person(), datetime.datetime(2020, 10, day, 12, tzinfo=STOCKHOLM))
    Read.objects.bulk_create(
        Read(user=officer, person_reference=f"MANY{n:08}", what="person", at=NOON) for n in range(MANY)
    )

    review = begin_review(period_from=datetime.date(2020, 10, 1), period_to=DAY, sample_size=10, actor=reviewer)

    assert review.items.filter(whys__contains=[Why.VOLUME]).count() == 1


def test_access_long_after_the_care_decision_is_selected(reviewer: Actor, officer: User):
    person = _person()
    person.care_decisions.update(valid_until=DAY - datetime.timedelta(days=32))
    read = _look(officer, person)

    assert _whys(_begin(reviewer), read) == {Why.NO_CASE}


def test_random_sample_is_reproducible_from_its_seed(reviewer: Actor, officer: User):
    Read.objects.bulk_create(
        Read(user=officer, person_reference=f"X{n:010}", what="person", at=NOON) for n in range(200)
    )
    review = _begin(reviewer, sample_size=20)
    drawn = [item.read_id for item in review.items.order_by("read_id")]
    assert len(drawn) == 20

    _look(officer, _person())
    assert [item.read_id for item in pick(review)] == drawn
    review.seed = "another"
    assert [item.read_id for item in pick(review)] != drawn


def test_selection_is_limited_per_reason(reviewer: Actor, officer: User):
    person = _person(confidential=True)
    for _ in range(MOST_OF_A_KIND + 5):
        _look(officer, person)

    review = _begin(reviewer, sample_size=1)

    assert MOST_OF_A_KIND <= review.items.count() <= MOST_OF_A_KIND + 1


def test_unfinished_empty_or_reversed_period_is_refused(reviewer: Actor, officer: User):
    _look(officer, _person())
    today = clock.today()
    for first, last in ((DAY, today), (DAY, DAY - datetime.timedelta(days=1)), (datetime.date(2019, 1, 1),) * 2):
        with pytest.raises(ValidationError):
            begin_review(period_from=first, period_to=last, sample_size=10, actor=reviewer)
    with pytest.raises(PermissionDenied):
        begin_review(period_from=DAY, period_to=DAY, sample_size=10, actor=Actor.staff(officer))


def test_closed_review_is_immutable(reviewer: Actor, officer: User):
    _look(officer, _person())
    review = _begin(reviewer)
    item = review.items.get()
    with pytest.raises(ValidationError, match="Bedöm alla"):
        close_review(review=review, conclusion="Klart", actor=reviewer)
    with pytest.raises(ValidationError, match="Skriv vad"):
        judge(review=review, verdicts={item.pk: ("unjustified", " ")}, actor=reviewer)

    assert judge(review=review, verdicts={item.pk: ("ask", "Fråga chefen om 19300101-9802")}, actor=reviewer) == 1
    item.refresh_from_db()
    assert "9802" not in item.note
    assert judge(review=review, verdicts={item.pk: ("ask", item.note)}, actor=reviewer) == 0
    with pytest.raises(ValidationError, match="Skriv vad"):
        close_review(review=review, conclusion=" ", actor=reviewer)
    close_review(review=review, conclusion="En rad utreds", actor=reviewer)
    with pytest.raises(ValidationError, match="avslutad"):
        judge(review=review, verdicts={item.pk: ("justified", "")}, actor=reviewer)
    assert list(Event.objects.filter(action__startswith="log_review").values_list("action", flat=True)) == [
        "log_review.close",
        "log_review.judge",
        "log_review.begin",
    ]


def test_database_requires_the_reviewer_of_a_judgement(reviewer: Actor, officer: User):
    _look(officer, _person())
    review = _begin(reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        review.items.update(verdict="justified")
    with pytest.raises(IntegrityError), transaction.atomic():
        LogReview.objects.update(closed_at=clock.now(), closed_by=reviewer.user_id)


def test_last_month_is_due_until_its_review_is_closed(reviewer: Actor, officer: User):
    november = datetime.date(2020, 11, 24)
    assert month_to_review(today=november) is None
    _look(officer, _person())
    assert month_to_review(today=november) == (datetime.date(2020, 10, 1), datetime.date(2020, 10, 31))

    review = begin_review(
        period_from=datetime.date(2020, 10, 1), period_to=datetime.date(2020, 10, 31), sample_size=10, actor=reviewer
    )
    judge(review=review, verdicts={item.pk: ("justified", "") for item in review.items.all()}, actor=reviewer)
    assert month_to_review(today=november)
    close_review(review=review, conclusion="Allt befogat", actor=reviewer)
    assert month_to_review(today=november) is None


def test_reviewers_home_page_shows_the_reminder(reviewer: Actor, officer: User):
    client = _client()
    assert "inte granskad" not in client.get(reverse("casework:home")).text
    last_month = clock.now().replace(day=1) - datetime.timedelta(days=1)
    _look(officer, _person(), last_month)

    assert "inte granskad" in client.get(reverse("casework:home")).text


def _client() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="reviewer"))
    return client


def test_review_report_names_no_person_and_has_no_formula(reviewer: Actor, officer: User):
    person = _person(given_name="Xylofina", family_name="Dolderström")
    Read.objects.create(
        user=officer, person_reference=person.reference, what="person", at=NOON, reason='=HYPERLINK("http://evil")'
    )
    client, review = _client(), _begin(reviewer)
    item = review.items.get()
    page = reverse("casework:log_review", args=[review.reference])
    client.post(page, {f"verdict{item.pk}": "unjustified", f"note{item.pk}": "@SUM(A1)"})
    client.post(reverse("casework:close_log_review", args=[review.reference]), {"conclusion": "En rad var fel."})

    table = client.get(reverse("casework:log_review_csv", args=[review.reference]))
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 2
    assert rows[1][4] == '\'=HYPERLINK("http://evil")'
    assert rows[1][6:] == ["Inte befogad", "'@SUM(A1)"]

    pdf = text_of(client.get(reverse("casework:log_review_pdf", args=[review.reference])).content)
    assert "inte befogad: 1" in pdf
    assert "en rad var fel." in pdf
    assert review.seed in pdf
    assert "dolderström" not in pdf + table.text.lower()
    assert Event.objects.filter(action="log_review.protocol").count() == 2


@pytest.mark.parametrize("start", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "|a", "%a"])
def test_no_cell_starts_with_a_formula_character(start: str):
    assert f"'{start}".encode() in csv_bytes(["a"], [[start]])


def test_query_count_is_independent_of_row_count(reviewer: Actor, officer: User):
    def queries(rows: int) -> int:
        Read.objects.bulk_create(
            Read(user=officer, person_reference=_person().reference, what="person", at=NOON) for _ in range(rows)
        )
        with CaptureQueriesContext(connection) as begun:
            review = _begin(reviewer, sample_size=100)
        client = _client()
        with CaptureQueriesContext(connection) as shown:
            assert client.get(reverse("casework:log_review", args=[review.reference])).status_code == 200
            assert client.get(reverse("casework:log_review_csv", args=[review.reference])).status_code == 200
            assert client.get(reverse("casework:log_reviews")).status_code == 200
        return len(begun) + len(shown)

    assert queries(2) == queries(60)
