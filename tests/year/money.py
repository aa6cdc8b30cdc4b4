"""Payment: absences that are reported, and the close of each month by two people."""

import datetime
from typing import TYPE_CHECKING

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Role
from reimbursement.absences import report_absence
from reimbursement.closing import approve, seal, send_for_remarks
from reimbursement.computing import begin, recompute
from reimbursement.models import PaymentBasis
from tests import factories
from tests.year.hands import NothingToDo
from tests.year.plan import Plan

if TYPE_CHECKING:
    from tests.year.year import Year

_DAY = datetime.timedelta(days=1)


def _absent(year: "Year", plan: Plan, days_ago: int, days: int) -> None:
    """Somebody has been to hospital; some are there still."""
    (number,) = plan.who
    person = year.book.persons[number]
    since = year.day - days_ago * _DAY
    until = since + days * _DAY if days else None
    last = until or datetime.date.max
    if any(each.since <= last and (each.until is None or each.until >= since) for each in person.absences):
        raise NothingToDo
    report_absence(
        person=year.town.person(number), kind="hospital", planned=False, valid_from=since, valid_until=until,
        actor=year.town.actor(Role.SENIOR_OFFICER),
    )  # fmt: skip
    year.log("absent", plan, [number], {"since": since, "until": until})


def _month_sent(year: "Year", plan: Plan) -> None:
    """The first day after a month: computed, and open for remarks today."""
    month = (year.day - _DAY).replace(day=1)
    actor = year.town.actor(Role.PAYMENTS_OFFICER)
    basis = PaymentBasis.objects.filter(month=month).first() or begin(month=f"{month:%Y-%m}", actor=actor)
    basis = recompute(basis=basis, actor=actor)
    year.log("month_computed", plan, [], {"month": month, "failure": list(basis.failure)})
    year.pages.payment(year.day, basis)
    send_for_remarks(basis=basis, until=year.day, actor=actor)


def _month_closed(year: "Year", plan: Plan) -> None:
    """The day after: computed once more, approved by another, sealed."""
    month = (year.day.replace(day=1) - _DAY).replace(day=1)
    basis = PaymentBasis.objects.filter(month=month, state=PaymentBasis.State.REMARKS).first()
    if basis is None:
        raise NothingToDo
    basis = recompute(basis=basis, actor=year.town.actor(Role.PAYMENTS_OFFICER))
    year.pages.payment(year.day, basis)
    second = Actor.staff(_another(year))
    basis = approve(basis=basis, seen=basis.outcome_sha256, actor=second)
    seal(basis=basis, actor=second)
    year.log("month_closed", plan, [], {"month": month})


def _another(year: "Year") -> User:
    found = User.objects.filter(username="year-second-payments").first()
    return found or factories.UserFactory.with_role(Role.PAYMENTS_OFFICER, username="year-second-payments")


def planned(year: "Year", number: int) -> list[Plan]:
    kinds = {1: "month_sent", 2: "month_closed"}
    kind = kinds.get(year.day.day)
    return [Plan(f"{number}.{kind}.0", kind)] if kind and number > 1 else []


ACTS = {"absent": _absent, "month_sent": _month_sent, "month_closed": _month_closed}
