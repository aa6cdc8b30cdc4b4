"""Representatives of a client on the order, on paper and in the files: who may be phoned, as the reader may know."""

import csv
import io
import json

import pdfplumber
import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from choices.models import Mandate
from handover.derive import keep_orders
from handover.models import Order
from tests import factories as make
from tests import world
from tests.handover.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(moves) -> Order:
    """A start of a person with a proxy without an identity number, a god man with one, and one that has ended."""
    person = moves()
    for kind, name, number, end in (
        (Mandate.Kind.PROXY, "Élise Öberg", "", None),
        (Mandate.Kind.GOD_MAN, "Gun God", world.test_number(77), None),
        (Mandate.Kind.FORVALTARE, "Sture Slut", "", TODAY),
    ):
        mandate = make.MandateFactory.create(person=person, kind=kind, valid_until=end, holder=name)
        mandate.holders.update(phone="08-465 004 01", identity_number=number)
    keep_orders()
    return Order.objects.get(kind=Order.Kind.START)


def _client(order: Order, role: Role) -> Client:
    client = Client()
    client.force_login(make.UserFactory.with_role(role, provider=order.placement.contract.provider))
    return client


def _words(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def test_they_are_on_the_page_the_paper_and_in_the_files(order):
    proxy = {"kind": "proxy", "name": "Élise Öberg", "phone": "08-465 004 01"}
    unnamed = {"kind": "god_man", "name": "Företrädare", "phone": ""}
    named = {"kind": "god_man", "name": "Gun God", "phone": "08-465 004 01"}
    for role, one in ((Role.PROVIDER_STAFF, unnamed), (Role.PROVIDER_PROTECTED, named)):
        client = _client(order, role)
        sent = json.loads(client.get(reverse("portal:order_file", args=[order.reference, "json"])).content)
        assert sent["orders"][0]["representatives"] == [proxy, one]
        # The file of all orders tells of no protection, whoever fetches it.
        sent = json.loads(client.get(reverse("portal:orders_file", args=["json"])).content)
        assert sent["orders"][0]["representatives"] == [proxy, unnamed]
        assert sent["orders"][0]["person"]["reference"] == order.person.reference
        page = client.get(reverse("portal:order", args=[order.reference])).text
        paper = client.get(reverse("portal:order_file", args=[order.reference, "pdf"])).content
        for text in (page, _words(paper)):
            assert "Élise Öberg" in text
            assert ("Gun God" in text) == (one is named)
            assert "Sture Slut" not in text
    content = client.get(reverse("portal:order_file", args=[order.reference, "csv"])).content
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert row["representatives"] == "proxy Élise Öberg 08-465 004 01; god_man Gun God 08-465 004 01"
    assert row["reference"] == order.person.reference
