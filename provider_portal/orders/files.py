"""Orders as files for the provider's own system (docs/provider-files.md), and on paper."""

import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from choices import identity
from common.spreadsheet import csv_bytes
from handover.models import Order
from provider_portal.orders.selectors import OrderLine
from staff_ui.documents import pdf_of

# Version of the file format: raised when a field is removed or changes meaning, not when one is added.
SCHEMA = "hemtjanstvalet/orders/1"


def as_json(lines: Iterable[OrderLine], *, provider: str, today: Any) -> bytes:
    orders = [_order(line) for line in lines]
    content = {"schema": SCHEMA, "provider": provider, "made_on": today.isoformat(), "orders": orders}
    return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"


def as_csv(lines: Iterable[OrderLine]) -> bytes:
    """A row for each order and service, with the values of the JSON file."""
    header = [
        *("order", "kind", "state", "day", "receive_by", "call_by", "identity_number", "given_name", "family_name"),
        *("street", "postal_code", "town", "phone", "language", "area", "service", "minutes_a_month"),
        *("visit_on", "visit_time", "visit_by", "keys", "alarm", "reference", "representatives"),
    ]
    return csv_bytes(header, (row for line in lines for row in _rows(line)))


def as_pdf(line: OrderLine) -> bytes:
    context = {"line": line, "order": line.order, "person": line.order.person}
    return pdf_of("provider_portal/orders/paper.html", context)


def file_name(kind: str, order: Order | None = None) -> str:
    return f"{_('uppdrag')}-{order.reference}.{kind}" if order else f"{_('uppdrag')}.{kind}"


def _order(line: OrderLine) -> dict[str, Any]:
    order, person, reached = line.order, line.order.person, line.reached
    return {
        "order": order.reference,
        "kind": str(order.kind),
        "state": str(order.state),
        "day": order.day.isoformat(),
        "receive_by": order.receive_by.isoformat(),
        "call_by": order.call_by.isoformat() if order.call_by else None,
        "person": {
            "reference": person.reference,
            "identity_number": person.identity_number,
            "given_name": person.given_name,
            "family_name": person.family_name,
            # Files never hold the address of a protected person.
            "address": None
            if person.is_protected or not reached.street
            else {"street": reached.street, "postal_code": reached.postal_code, "town": reached.town},
            "phone": reached.phone,
            "language": person.language,
            "area": order.placement.contract.area.code,
        },
        "representatives": [
            {"kind": each.kind, "name": each.name, "phone": each.phone} for each in line.representatives
        ],
        "services": [{"name": name, "minutes_a_month": minutes} for name, minutes in line.services],
        "visit": {
            "on": order.visit_on.isoformat() if order.visit_on else None,
            "time": order.visit_time,
            "by": order.visit_by,
        },
        "keys": order.keys,
        "alarm": order.alarm,
    }


def _rows(line: OrderLine) -> Iterable[list[object]]:
    order = _order(line)
    person, address = order["person"], order["person"]["address"] or {"street": "", "postal_code": "", "town": ""}
    for service in order["services"] or [{"name": "", "minutes_a_month": ""}]:
        yield [
            *(order[name] for name in ("order", "kind", "state", "day", "receive_by", "call_by")),
            identity.for_display(person["identity_number"]),
            *(person[name] for name in ("given_name", "family_name")),
            *(address[name] for name in ("street", "postal_code", "town")),
            *(person[name] for name in ("phone", "language", "area")),
            *(service[name] for name in ("name", "minutes_a_month")),
            *(order["visit"][name] for name in ("on", "time", "by")),
            order["keys"],
            order["alarm"],
            person["reference"],
            "; ".join(" ".join(filter(None, each.values())) for each in order["representatives"]),
        ]
