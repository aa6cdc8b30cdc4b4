"""What providers do with their orders, from day to day: received, agreed on, visited, closed; questions and answers."""

from random import Random
from typing import TYPE_CHECKING, Any

from accounts.actors import Actor
from accounts.roles import Role
from handover import services
from handover.models import Order
from tests.year.book.orders import Order as Kept
from tests.year.hands import NothingToDo
from tests.year.plan import Plan

if TYPE_CHECKING:
    from tests.year.year import Year

# Of the orders that a provider can do something about, so many in a day; and so many it asks about.
DONE, ASKED = 0.3, 0.03


def planned(year: "Year") -> list[Plan]:
    plans = []
    for order in year.book.orders.made:
        if order.state in ("closed", "cancelled") and not order.asks:
            continue
        name = f"{year.day}.order.{order.person}.{order.kind}.{order.placement.provider}.{order.day}"
        own = Random(f"{year.seed} {name}")
        step = _step(order, own, is_due=order.day <= year.day)
        if step:
            data = {"step": step, "kind": order.kind, "provider": order.placement.provider, "day": order.day}
            plans.append(Plan(f"{name}.{step}", "order_step", (order.person,), data))
    return plans


def _step(order: Kept, own: Random, *, is_due: bool) -> str:
    """``is_due``: the day has come."""
    if order.asks:
        return "answer" if own.random() < DONE else ""
    if order.state in ("closed", "cancelled") or own.random() >= DONE + ASKED:
        return ""
    if own.random() < ASKED / (DONE + ASKED):
        return "ask"
    if order.state == "sent":
        return "receive"
    if not is_due:
        return "agree" if order.kind == "start" and order.state == "received" else ""
    return "visited" if (order.kind, order.state) == ("start", "received") else "close"


def _order_step(year: "Year", plan: Plan, step: str, kind: str, provider: str, day: Any) -> None:
    (number,) = plan.who
    expected = year.book.orders.find(number, kind, provider, day)
    if year.book.persons[number].merged_into is not None or (step != "answer" and not expected.is_seen(year.day)):
        raise NothingToDo
    order = Order.objects.filter(
        person=year.town.persons[number], kind=kind, placement__contract__provider__code=provider, day=day
    ).latest("pk")
    planner, officer = Actor.staff(year.town.planners[provider]), year.town.actor(Role.SENIOR_OFFICER)
    said: dict[str, Any] = {"order": order, "actor": planner}
    if step == "ask":
        services.ask(text="Finns det en portkod?", **said)
    elif step == "answer":
        seen = order.messages.count()
        services.answer(order=order, seen=seen, text="Ja, den står i beställningen.", actor=officer)
    elif step == "receive":
        services.receive(seen=order.version, **said)
    elif step == "agree":
        about = {"visit_time": "9", "visit_by": "Maja", "keys": "Hämtas", "alarm": ""}
        services.agree(seen=order.version, visit_on=day, **about, **said)
    elif step == "visited":
        if expected.placement.until is not None and expected.placement.until <= year.day:
            raise NothingToDo
        services.visited(seen=order.version, visited_on=year.day, **said)
    else:
        services.close(seen=order.version, **said)
    year.log("order_step", plan, [number], plan.data)


ACTS = {"order_step": _order_step}
