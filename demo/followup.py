"""Some follow-up of the invented providers: performed time, complaints, control."""

import datetime
import random
from typing import Any

from django.db import transaction
from django.db.models import Sum

from choices import imports
from choices.models import CareDecision, Person
from common import clock
from common.spreadsheet import csv_bytes
from demo import municipality
from demo.wishes import MUNICIPAL
from followup import control
from followup.complaints import answer_complaint, register_complaint
from followup.models import Complaint, ProviderCheck
from providers.models import Provider

MEASURED = 60
# From series that are not issued, with right check digits.
_NUMBERS = ("969999-9992", "999999-9999")


@transaction.atomic
def follow_up(*, seed: int) -> None:
    """Once: a demo that goes on has it already."""
    if Complaint.objects.exists():
        return
    _performed(random.Random(seed))
    _complaints()
    _control()


def _performed(draw: random.Random) -> None:
    """Last month's file of the municipality's own provider, of some of its clients."""
    today = clock.today()
    month = (today.replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
    clients = Person.objects.in_care(month).filter(
        placements__valid_from__lte=month, placements__contract__provider__code=MUNICIPAL,
        confidential=False, protected_registration=False, care_decisions__minutes__gt=0,
    )  # fmt: skip
    rows = []
    for person in clients.distinct().order_by("identity_number")[:MEASURED]:
        granted = CareDecision.objects.following_choice(month).filter(person=person).aggregate(all=Sum("minutes"))
        performed = (granted["all"] or 0) * draw.randint(84, 104) // 100
        staff = min(3 + performed // 600, 18) + draw.randint(0, 4)
        rows.append([f"{month:%Y-%m}", MUNICIPAL, person.reference, performed, staff])
    header = ["månad", "utförare", "referens", "utförda minuter", "olika personal 14 dagar"]
    table = imports.read("performed", csv_bytes(header, rows))
    imports.apply(kind="performed", table=table, actor=municipality.actor("admin"))


def _complaints() -> None:
    today, officer = clock.today(), municipality.actor("handlaggare")
    own = Provider.objects.get(code=MUNICIPAL)
    open_people = Person.objects.in_care(today).filter(confidential=False, protected_registration=False)
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
