"""Scanned forms: upload, display beside the form, dismissal."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from common.forms import faults_of, posted, uploaded
from desk import search
from desk.forms import FindForm
from desk.scans import LARGEST, add_scan, path_of, put_away, visible_scans, waiting_scans
from secrecy.gate import Purpose, disclose, disclose_search
from staff_ui.access import staff_page
from staff_ui.forms import ReasonForm, ScansForm

MOST_FILES = 50


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REGISTER_CHOICE)
def scans(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Pending scans, and the upload form."""
    form = ScansForm(posted(request), uploaded(request))
    if form.is_valid():
        added = 0
        for number, file in enumerate(form.cleaned_data["scans"][:MOST_FILES], start=1):
            try:
                if file.size is not None and file.size > LARGEST:
                    raise ValidationError(_("Filen är för stor. Den får vara högst 10 MB."))
                add_scan(content=file.read(), received_on=form.cleaned_data["received_on"], actor=actor)
            except ValidationError as error:
                # Named by position: a file name may contain an identity number.
                messages.error(request, _("Fil %(number)s: %(error)s") % {"number": number, "error": error.messages[0]})
            else:
                added += 1
        if added:
            text = ngettext("%(count)s blankett är inlagd.", "%(count)s blanketter är inlagda.", added)
            messages.success(request, text % {"count": added})
        return redirect("casework:scans")
    waiting = waiting_scans(actor=actor)
    return render(request, "desk/scans.html", {"form": form, "waiting": waiting[:200], "count": waiting.count()})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REGISTER_CHOICE)
def scan(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """One scan, with a search field for its person."""
    found = get_object_or_404(visible_scans(actor=actor), reference=reference)
    if found.choice and found.person:
        return redirect("casework:person", reference=found.person.reference)
    context: dict[str, object] = {"scan": found}
    if request.method == "POST":
        result = search.find(text=FindForm(request.POST).text, actor=actor)
        shown = [] if result.sure else search.shown(references=result.references, actor=actor)
        asked = {"q": result.words}
        disclose_search(actor=actor, concerned=shown, what="scan.find", search=asked, hits=len(result.references))
        if result.sure:
            return redirect(_register(result.references[0], reference))
        context |= {"asked": result, "persons": shown}
    return render(request, "desk/scan.html", context)


def _register(person: str, scan: str) -> str:
    return reverse("casework:new_choice", args=[person]) + f"?blankett={scan}"


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@staff_page(Right.REGISTER_CHOICE)
def scan_file(request: HttpRequest, actor: Actor, reference: str) -> HttpResponseBase:
    """The original file, by its reference. Each access is logged."""
    found = get_object_or_404(visible_scans(actor=actor), reference=reference)
    path = path_of(found)
    if not path.exists():
        raise Http404
    if found.person:
        disclose(actor=actor, concerned=[found.person], purpose=Purpose.FILE, what="scan")
    else:
        # Person unknown: the access is logged by the file.
        disclose_search(actor=actor, concerned=[], what="scan", search={"blankett": reference}, hits=0)
    return FileResponse(
        path.open("rb"),
        content_type=found.kind,
        headers={"Content-Disposition": f'inline; filename="{path.name}"', "X-Content-Type-Options": "nosniff"},
    )


@require_POST
@staff_page(Right.REGISTER_CHOICE)
def scan_put_away(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    found = get_object_or_404(visible_scans(actor=actor), reference=reference)
    form = ReasonForm(request.POST)
    try:
        if not form.is_valid():
            raise faults_of(form)
        put_away(scan=found, reason=form.cleaned_data["reason"], actor=actor)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("casework:scan", reference=reference)
    messages.success(request, _("Blanketten är undanlagd."))
    return redirect("casework:scans")
