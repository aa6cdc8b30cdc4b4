"""Some follow-up of the invented providers: performed time, complaints, control, the survey, late starts."""

import datetime
import random
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.test import override_settings

from choices import imports
from choices.models import CareDecision, Person
from common import clock
from common.spreadsheet import csv_bytes
from demo import municipality
from demo.wishes import MUNICIPAL
from followup import control
from followup.complaints import answer_complaint, register_complaint
from followup.models import Complaint, DelayReason, ProviderCheck
from followup.not_executed import not_executed, state_reason
from followup.quarters import Quarter, months_before
from followup.survey import answer_as, publish_results, questions_of, start_survey
from providers.models import Provider
from secrecy.protected import not_protected

MEASURED = 60
ANSWERED = 120
# From series that are not issued, with right check digits.
_NUMBERS = ("969999-9992", "999999-9999")


@transaction.atomic
def follow_up(*, seed: int) -> None:
    """Idempotent: a continued demo has it already."""
    if Complaint.objects.exists():
        return
    _performed(random.Random(seed))
    _complaints()
    _control()
    _survey(random.Random(seed))
    _late_start()


def _performed(draw: random.Random) -> None:
    """A file of two months from the municipality's own provider, of some of its clients. In the first so little is
    performed that the municipality talks with it.
    """
    months = [(months_before(clock.today(), 2), (58, 74)), (months_before(clock.today()), (84, 104))]
    header = ["månad", "utförare", "referens", "utförda minuter", "olika personal 14 dagar"]
    rows = [row for month, percent in months for row in _measured(draw, month, percent)]
    table = imports.read("performed", csv_bytes(header, rows))
    imports.apply(kind="performed", table=table, actor=municipality.actor("egenregi"))


def _measured(draw: random.Random, month: datetime.date, percent: tuple[int, int]) -> list[list[object]]:
    clients = Person.objects.in_care(month).filter(
        not_protected(), placements__valid_from__lte=month, placements__contract__provider__code=MUNICIPAL,
        care_decisions__minutes__gt=0,
    )  # fmt: skip
    rows: list[list[object]] = []
    for person in clients.distinct().order_by("identity_number")[:MEASURED]:
        granted = CareDecision.objects.following_choice(month).filter(person=person).aggregate(all=Sum("minutes"))
        performed = (granted["all"] or 0) * draw.randint(*percent) // 100
        staff = min(3 + performed // 600, 18) + draw.randint(0, 4)
        rows.append([f"{month:%Y-%m}", MUNICIPAL, person.reference, performed, staff])
    return rows


def _survey(draw: random.Random) -> None:
    """Last year's, with answers and published; and this year's, which is open."""
    admin, today = municipality.actor("admin"), clock.today()
    opened = today.replace(day=1) - datetime.timedelta(days=396)
    closes = opened + datetime.timedelta(days=27)
    with override_settings(CLOCK_TODAY=opened):
        survey = start_survey(opens_on=opened, closes_on=closes, actor=admin)
        tickets = survey.tickets.select_related("person").order_by("person__identity_number")
        for ticket in tickets[:ANSWERED]:
            codes = [code for code, _text in questions_of(survey)]
            answers = {code: draw.choices("543210", (30, 34, 14, 10, 5, 7))[0] for code in codes}
            answer_as(person=ticket.person, answers=answers)
    publish_results(survey=survey, actor=admin)
    start_survey(
        opens_on=today - datetime.timedelta(days=7), closes_on=today + datetime.timedelta(days=20), actor=admin
    )


def _late_start() -> None:
    """The reason of one; the others are on the work list."""
    today, officer = clock.today(), municipality.actor("ansvarig")
    listed = not_executed(quarter=Quarter.of(today), day=today, actor=officer)
    late = next((each for each in listed if each.end == "executed" and not each.person.is_protected), None)
    if late:
        words = "Väntade på personal som talar finska."
        state_reason(found=late, reason=DelayReason.Reason.SPECIFIC, note=words, actor=officer)


def _complaints() -> None:
    today, officer = clock.today(), municipality.actor("handlaggare")
    own = Provider.objects.get(code=MUNICIPAL)
    open_people = Person.objects.in_care(today).filter(not_protected())
    persons = list(open_people.order_by("identity_number")[:2])
    told: dict[str, Any] = {"provider": own, "actor": officer}
    late = today - datetime.timedelta(days=40)
    register_complaint(
        **told, kind="time", channel="phone", text="Kvällsbesöket kommer en timme för sent.", received_on=late,
        person=persons[0],
    )  # fmt: skip
    answered = register_complaint(
        **told, kind="staff", channel="letter", text="Det kommer nya människor varje vecka.", received_on=late,
        person=persons[1],
    )  # fmt: skip
    words = "Vi har gjort ett nytt schema med fem fasta personer. De har ringt och berättat det."
    answer_complaint(complaint=answered, answer=words, answered_on=late + datetime.timedelta(days=9), actor=officer)
    register_complaint(
        **told, kind="praise", channel="web", text="Alla är så vänliga.",
        received_on=today - datetime.timedelta(days=2),
    )  # fmt: skip


def _control() -> None:
    today, admin = clock.today(), municipality.actor("admin")
    external = Provider.objects.exclude(kind=Provider.Kind.MUNICIPAL).order_by("code")
    for provider, number in zip(external, _NUMBERS, strict=False):
        control.register_facts(
            provider=provider, number=number, legal_name=provider.name, owners=provider.owner or "Påhittad ägare",
            leadership="", valid_from=today - datetime.timedelta(days=90), actor=admin,
        )  # fmt: skip
        point = control.add_point(
            provider=provider, title="Minst hälften har utbildning till undersköterska", actor=admin
        )
        made = today - datetime.timedelta(days=60)
        control.register_check(
            check=ProviderCheck(
                provider=provider, kind="tax", made_on=made, note="Inga skulder hos Kronofogden",
                next_on=today + datetime.timedelta(days=20),
            ),
            actor=admin,
        )  # fmt: skip
        control.register_check(
            check=ProviderCheck(
                provider=provider, kind="agreement", point=point, made_on=made, note="38 procent har utbildningen",
                remark="För få har utbildningen", remedy_by=today - datetime.timedelta(days=5),
            ),
            actor=admin,
        )  # fmt: skip
