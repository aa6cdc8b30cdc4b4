"""Search field of the header, and keyboard shortcuts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from desk import search
from desk.forms import FindForm
from secrecy.gate import Purpose, disclose, disclose_search
from staff_ui.access import staff_page

FOUND = "desk_found"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.SEE_PERSONS)
def find(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Posted: a number or a name in a URL would end up in logs. The session stores references, and no numbers."""
    if request.method == "POST":
        found = search.find(text=FindForm(request.POST).text, actor=actor)
        shown = [] if found.sure else search.shown(references=found.references, actor=actor)
        asked = {"q": found.words}
        disclose_search(actor=actor, concerned=shown, what="find", search=asked, hits=len(found.references))
        if found.sure:
            request.session.pop(FOUND, None)
            return redirect("casework:person", reference=found.references[0])
        request.session[FOUND] = {
            "references": found.references,
            "words": found.words,
            "alike": found.alike,
            "more": found.more,
            "hint": found.hint,
            "shown": False,
        }
        return redirect("casework:find")
    stored = request.session.get(FOUND)
    persons = search.shown(references=stored["references"], actor=actor) if stored else []
    if stored and stored["shown"]:
        # Displayed again: another access.
        disclose(actor=actor, concerned=persons, purpose=Purpose.LIST, what="find")
    elif stored:
        request.session[FOUND] = {**stored, "shown": True}
    return render(request, "desk/find.html", {"asked": stored, "persons": persons})


@require_safe
@staff_page()
def keys(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keyboard shortcuts, and the switch that disables single keys (WCAG 2.1.4)."""
    return render(request, "desk/keys.html")
