"""People and their letters. Every access is logged before the page is sent."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from allocation.facts import shared
from audit.selectors import looks_at
from choices.address_looks import is_address_open
from common import clock
from desk import people as listing
from desk.forms import PeopleSearch
from desk.person_page import person_page
from letters import selectors as letters
from letters.models import Letter
from secrecy.gate import Purpose, disclose, disclose_search, without_reason
from staff_ui.access import ask_why, staff_page, to_reason, visible_person
from staff_ui.paging import PEOPLE_IN_ORDER, keyset_page, page_of

SEARCH = "people_search"
# Field → its name in the log, for reviewers.
LOGGED = {"name": "namn", "area": "omrade", "provider": "utforare"}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.SEE_PERSONS)
def people(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The search is posted and stored in the session: a name in a URL would end up in logs."""
    if request.method == "POST":
        request.session[SEARCH] = PeopleSearch(request.POST).typed
        return redirect("casework:people")
    form = PeopleSearch(request.session.get(SEARCH, {}))
    chosen = form.cleaned_data if form.is_valid() else {}
    found = listing.people(
        actor=actor,
        day=clock.today(),
        name=chosen.get("name", ""),
        area=chosen.get("area"),
        provider=chosen.get("provider"),
    )
    page = keyset_page(found, PEOPLE_IN_ORDER, request.GET)
    if any(chosen.values()):
        search = {LOGGED[name]: str(value or "") for name, value in chosen.items()}
        disclose_search(actor=actor, concerned=page, what="people", search=search, hits=page.count)
    else:
        disclose(actor=actor, concerned=page, purpose=Purpose.LIST, what="people")
    return render(request, "desk/people.html", {"form": form, "page": page, "searched": any(chosen.values())})


@require_safe
@staff_page(Right.SEE_PERSONS, asks_reason=False)
def person(request: HttpRequest, actor: Actor, reference: str) -> HttpResponseBase:
    found = visible_person(reference=reference, actor=actor)
    # The reference is the person's own: no lookup in other tables.
    if asked := ask_why(request, found):
        return asked
    shown = person_page(person=found, actor=actor, day=clock.today(), shared=shared.of(request))
    concerned = [shown.person, *(member.person for member in shown.household)]
    disclose(actor=actor, concerned=concerned, purpose=Purpose.PAGE, what="person")
    return render(request, "desk/person.html", {"shown": shown, "person": shown.person})


@require_safe
@staff_page(Right.SEE_PERSONS, asks_reason=False)
def looks(request: HttpRequest, actor: Actor, reference: str) -> HttpResponseBase:
    """Accesses to the person's data, before this one."""
    found = visible_person(reference=reference, actor=actor)
    if asked := ask_why(request, found):
        return asked
    page = page_of(looks_at(person_reference=found.reference, actor=actor), request.GET)
    shown = list(page)
    disclose(actor=actor, concerned=[found], purpose=Purpose.PAGE, what="looks")
    return render(request, "desk/looks.html", {"person": found, "page": page, "looks": shown})


@require_safe
@staff_page(Right.SEE_PERSONS)
def letter(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """The letter exactly as rendered."""
    try:
        found = letters.letter(reference=reference, actor=actor)
    except Letter.DoesNotExist:
        raise Http404 from None
    concerned = letters.concerned_in(found)
    if (unexplained := without_reason(concerned, actor=actor)) is not None:
        return to_reason(request, unexplained)
    for person in letters.addresses_on(found):
        if not is_address_open(person=person, actor=actor):
            messages.info(request, _("Brevet visar personens adress. Be om att få se den först."))
            return redirect("casework:address", reference=person.reference)
    path = letters.letter_pdf_path(found)
    if path is None:
        raise Http404
    disclose(actor=actor, concerned=concerned, purpose=Purpose.LETTER, what="letter")
    return HttpResponse(
        path.read_bytes(),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{found.reference}.pdf"'},
    )
