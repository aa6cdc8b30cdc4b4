"""The work list and what is said of each thing in it."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Right
from audit.services import record_reads
from common import clock
from common.addresses import is_ours
from desk.work import Filters, Item, marks, one_item, work_page
from desk.work.actions import act_on
from desk.work.descriptions import in_words, place
from providers.models import Area
from staff_ui.access import staff_page

TOMORROW = datetime.timedelta(days=1)


def work_context(request: HttpRequest, actor: Actor) -> dict[str, object]:
    """What the list shows, for the home page. Each person in it is a look, and logged."""
    query = request.GET
    filters = Filters(
        kind=query.get("slag", ""),
        area=query.get("omrade", ""),
        whose=query.get("vems", "alla"),
        after=query.get("efter", ""),
    )
    page = work_page(actor=actor, today=clock.today(), filters=filters)
    seen = [item.person.reference for item in page.items if item.person]
    record_reads(actor=actor, person_references=seen, what="work")
    areas = Area.objects.all()
    return {
        "work": page,
        "rows": [(item, place(item), in_words(item)) for item in page.items],
        "filters": filters,
        "areas": areas if actor.areas is None else areas.filter(code__in=actor.areas),
        "today": clock.today(),
    }


@require_safe
@staff_page(Right.WORK_LIST)
def work_item(request: HttpRequest, actor: Actor, kind: str, reference: str) -> HttpResponse:
    item = one_item(key=f"{kind}:{reference}", actor=actor, today=clock.today())
    if item is None:
        return render(request, "desk/work_gone.html", status=404)
    if item.person:
        record_reads(actor=actor, person_references=[item.person.reference], what="work")
    return render(request, "desk/work_item.html", mark_context(item, actor))


def mark_context(item: Item | None, actor: Actor) -> dict[str, object]:
    """What the box for taking, resting and handing over needs."""
    return {
        "item": item,
        "words": in_words(item) if item else "",
        "colleagues": marks.colleagues(actor=actor) if item else [],
        "tomorrow": clock.today() + TOMORROW,
        "may_take": actor.user_id,
    }


@require_POST
@staff_page(Right.WORK_LIST)
def work_mark(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take, leave, rest, hand over, say that it is done, or do what can be done with one press."""
    back = request.POST.get("tillbaka", "")
    if not is_ours(back):
        back = reverse("casework:home")
    item = one_item(key=request.POST.get("vad", ""), actor=actor, today=clock.today())
    if item is None:
        messages.info(request, _("Det är redan gjort, eller behövs inte längre."))
        return redirect("casework:home")
    try:
        said = _act(request, item, actor)
    except marks.MarkedMeanwhile as changed:
        return render(request, "desk/work_changed.html", {"item": item, "now": changed.now, "back": back}, status=409)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, said)
    return redirect(back)


def _act(request: HttpRequest, item: Item, actor: Actor) -> str:
    posted = request.POST
    seen = int(posted["version"]) if posted.get("version", "").isdigit() else -1
    match posted.get("gor"):
        case "ta":
            marks.take(item=item, seen=seen, actor=actor)
            return _("Du har tagit den.")
        case "slapp":
            marks.leave(item=item, seen=seen, actor=actor)
            return _("Den är ledig igen.")
        case "vila":
            until = _day(posted.get("till", ""))
            marks.rest(item=item, seen=seen, until=until, reason=posted.get("skal", ""), actor=actor)
            return _("Den vilar till dess och kommer sedan tillbaka.")
        case "lamna":
            to = get_object_or_404(User, pk=posted.get("vem") or 0, is_active=True)
            marks.hand_over(item=item, seen=seen, to=to, actor=actor)
            return _("%(who)s har den nu.") % {"who": to}
        case "klar":
            marks.done(item=item, seen=seen, reason=posted.get("skal", ""), actor=actor)
            return _("Klart.")
    return act_on(item=item, act=posted.get("gor", ""), actor=actor)


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("Välj en dag.")) from None
