"""Kind of work: the proof of a round's letters, for a second person."""

import datetime
from collections.abc import Iterable

from django.db.models import F
from django.db.models.functions import Least
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Right
from desk.work.approvals import Approval, waiting
from desk.work.columns import Rows, columns, day_of, days_after
from desk.work.item import Item
from letters.models import RoundProof

PROOF_DAYS = 3


class ProofToRead(Approval):
    """Due within three days, and no later than the day the window opens. The reference is the round's code."""

    code, order = "korrektur", 40
    title = _("Korrektur att läsa")
    why = _("Inget brev i valomgången skrivs förrän en andra person har läst korrekturet.")
    right = Right.APPROVE_TEXTS

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        due = Least(days_after(day_of("proposed_at"), PROOF_DAYS), F("round__opens_on"))
        proofs = waiting(RoundProof.objects.all(), actor)
        return [columns(proofs, reference=F("round__code"), person=None, due=due, detail=F("round__name"))]

    def address(self, item: Item) -> str:
        return reverse("casework:round_proof", args=[item.reference])
