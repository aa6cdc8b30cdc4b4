"""Work list of a payments officer: what payment waits for."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import User
from reimbursement.closing import approve, seal
from reimbursement.manual_lines import propose_manual_line
from reimbursement.models import ManualLine
from reimbursement.remarks import answer_remark, make_remark
from tests.reimbursement.closing.accounts import DAY, make_books

pytestmark = pytest.mark.django_db


def _waiting(actor: Actor) -> set[str]:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    page = client.get(reverse("casework:home")).text
    titles = ("Beslutat belopp", "Synpunkt på ersättningen", "Ersättning att godkänna")
    return {title for title in titles if title in page}


def test_a_month_waits_for_answers_then_for_another_officer_and_then_for_the_seal(settings):
    settings.CLOCK_TODAY = DAY(2020, 12, 3)
    books = make_books()
    books.moved()
    assert not _waiting(books.anna)
    # The overview is never empty.
    client = Client()
    client.force_login(User.objects.get(pk=books.anna.user_id))
    assert reverse("casework:payment_months") in client.get(reverse("casework:home")).text.partition("</h2>")[2]

    basis = books.sent(books.draft())
    remark = make_remark(basis=basis, provider=books.world.p, line="", text="Hon kom den 15:e", actor=books.anna)
    assert _waiting(books.anna) == _waiting(books.bo) == {"Synpunkt på ersättningen"}
    answer_remark(remark=remark, text="Den 16:e", actor=books.anna)
    assert (_waiting(books.anna), _waiting(books.bo)) == (set(), {"Ersättning att godkänna"})
    basis = approve(basis=basis, seen=basis.outcome_sha256, actor=books.bo)
    assert _waiting(books.anna) == _waiting(books.bo) == {"Ersättning att godkänna"}
    seal(basis=basis, actor=books.bo)
    assert not _waiting(books.bo)

    line = ManualLine(month=basis.month, provider=books.world.p, tax_code="exempt", ore=100, reason="Beslut")
    propose_manual_line(line=line, actor=books.anna)
    assert (_waiting(books.anna), _waiting(books.bo)) == (set(), {"Beslutat belopp"})
