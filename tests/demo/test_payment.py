"""The demo's payment: one sealed month, and a draft with a correction of it; again changes nothing."""

import pytest

from demo import municipality
from demo.payment import set_up_payment
from reimbursement.models import PaymentBasis
from tests import factories as make


@pytest.mark.django_db
def test_the_demo_has_a_sealed_month_and_a_draft_with_a_correction():
    municipality.set_up(minutes_by_area={})
    contract = municipality.Provider.objects.get(kind="municipal").contracts.first()
    for _ in range(3):
        person = make.PersonFactory.create(area=contract.area)
        make.CareDecisionFactory.create(person=person)
        make.PlacementFactory.create(person=person, contract=contract)

    set_up_payment()
    set_up_payment()

    draft, sealed = PaymentBasis.objects.all()
    assert (sealed.state, draft.state, draft.failure) == ("sealed", "draft", [])
    assert draft.lines.filter(corrects=sealed.month).count() >= 1
