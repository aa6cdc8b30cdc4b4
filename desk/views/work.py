"""The work list and the marks of its items."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from common import clock
from common.addresses import is_own_page
from common.forms import faults_of
from desk.work import KINDS, Filters, Item, marks, one_item, work_page
from desk.work.forms import HandOverForm, MarkForm, SnoozeForm, WorkQuery
from providers.models import Area
from secrecy.gate import Purpose, disclose
from staff_ui.access import ask_why, staff_page

TOMORROW = datetime.timedelta(days=1)


def work_context(request: HttpRequest, actor: Actor) -> dict[str, object]:
    """Context of the list for the home page. Each person in it is a logged access."""
    asked = WorkQuery(request.GET).asked
    filters = Filters(
        kind=asked["slag"],
        area=asked["omrade"],
        whose=asked["vems"],
        after=asked["efter"],
        by_kind=asked["ordning"] == "orsak",
    )
    page = work_page(actor=actor, today=clock.today(), filters=filters)
    seen = [item.person for item in page.items if item.person]
    disclose(actor=actor, concerned=seen, purpose=Purpose.LIST, what="work")
    areas = Area.objects.all()
    return {
        "work": page,
        "filters": filters,
        "areas": areas if actor.areas is None else areas.filter(code__in=actor.areas),
        "today": clock.today(),
    }


@require_safe
@staff_page()
def work_item(request: HttpRequest, actor: Actor, kind: str, reference: str) -> HttpResponseBase:
    _require_some_kind(actor)
    item = one_item(key=f"{kind}:{reference}", actor=actor, today=clock.today())
    if item is None:
        return render(request, "desk/work_gone.html", status=404)
    # The reference may belong to another person than the one displayed.
    if item.person and (asked := ask_why(request, item.person)):
        return asked
    return _item_page(request, item, actor)


def _item_page(request: HttpRequest, item: Item, actor: Actor, refused: forms.Form | None = None) -> HttpResponse:
    concerned = [item.person] if item.person else []
    disclose(actor=actor, concerned=concerned, purpose=Purpose.PAGE, what="work")
    actions = [
        (action, refused if isinstance(refused, action.form) else action.form()) if action.form else (action, None)
        for action in item.kind.actions
    ]
    context = {**mark_context(item, actor), "actions": actions, "links": item.kind.links(item, actor)}
    return render(request, "desk/work_item.html", context)


def mark_context(item: Item | None, actor: Actor) -> dict[str, object]:
    """Context of the form to take, snooze and hand over."""
    return {
        "item": item,
        "colleagues": marks.colleagues(item=item, actor=actor) if item else [],
        "tomorrow": clock.today() + TOMORROW,
    }


@require_POST
@staff_page()
def work_mark(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Take, release, snooze, hand over, or run an action of the kind."""
    _require_some_kind(actor)
    form = MarkForm(request.POST)
    form.is_valid()
    back = form.cleaned_data.get("back", "")
    if not is_own_page(back):
        back = reverse("casework:home")
    item = one_item(key=form.cleaned_data.get("item", ""), actor=actor, today=clock.today())
    if item is None:
        messages.info(request, _("Det är redan gjort, eller behövs inte längre."))
        return redirect("casework:home")
    # Taking an item from the list shows no personal data; all other actions concern the person.
    grave = form.cleaned_data.get("act", "") not in ("ta", "slapp")
    if item.person and grave and (asked := ask_why(request, item.person)):
        return asked
    # An unreadable version counts as outdated.
    seen = form.cleaned_data.get("seen")
    try:
        said = _do(request, form.cleaned_data.get("act", ""), item, -1 if seen is None else seen, actor)
    except marks.MarkedMeanwhile as changed:
        return render(request, "desk/work_changed.html", {"item": item, "now": changed.now, "back": back}, status=409)
    except _Refused as refused:
        return _item_page(request, item, actor, refused.form)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, said)
    return redirect(back)


class _Refused(Exception):
    """Invalid form of an action: it is shown again with its input."""

    def __init__(self, form: forms.Form) -> None:
        super().__init__()
        self.form = form


def _do(request: HttpRequest, what: str, item: Item, seen: int, actor: Actor) -> str:
    if what == "ta":
        marks.take(item=item, seen=seen, actor=actor)
        return _("Du har tagit den.")
    if what == "slapp":
        marks.leave(item=item, seen=seen, actor=actor)
        return _("Den är ledig igen.")
    if what == "vila":
        data = _read(SnoozeForm(request.POST))
        marks.snooze(item=item, seen=seen, until=data["until"], reason=data["reason"], actor=actor)
        return _("Den vilar till dess och kommer sedan tillbaka.")
    if what == "lamna":
        to = _read(HandOverForm(request.POST))["colleague"]
        marks.hand_over(item=item, seen=seen, to=to, actor=actor)
        return _("%(who)s har den nu.") % {"who": to}
    action = next((action for action in item.kind.actions if action.code == what), None)
    if action is None:
        raise ValidationError(_("Det går inte att göra här."))
    ActionForm = action.form or forms.Form
    form = ActionForm(request.POST)
    if not form.is_valid():
        raise _Refused(form)
    return action.run(item, {**form.cleaned_data, "seen": seen}, actor)


def _read(form: forms.Form) -> dict[str, Any]:
    """Raises ``ValidationError`` with the errors of every field."""
    if form.is_valid():
        return form.cleaned_data
    raise faults_of(form)


def _require_some_kind(actor: Actor) -> None:
    if not KINDS.for_actor(actor):
        raise PermissionDenied
