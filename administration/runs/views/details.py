"""Start, inspect, compare and export a run."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.runs import compare, export, starting, why
from administration.runs.charts import pictures
from administration.runs.forms import CompareQuery, StartForm, StartQuery, WhyQuery
from administration.runs.models import RunRequest
from administration.runs.people import RunFilter, people_in
from allocation import selectors
from allocation.models import AllocationRun
from allocation.services import AuditFailed, propose_round
from allocation.services.figures import Figures
from allocation.summary import summary_of
from allocation.wording import HOW
from choices.models import ChoiceRound
from common import clock
from common.forms import posted
from common.spreadsheet import csv_bytes, xlsx_file
from secrecy.gate import Purpose, counts_everybody, disclose
from staff_ui.access import staff_page, visible_person
from staff_ui.paging import PEOPLE_IN_ORDER, keyset_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.PROPOSE_RUN)
def start(request: HttpRequest, actor: Actor) -> HttpResponse:
    rounds = list(starting.startable_rounds())
    asked = StartQuery(request.GET).asked
    form = StartForm(posted(request), rounds=rounds, initial={"what": asked["valomgang"]})
    if form.is_valid():
        round = next((each for each in rounds if each.code == form.cleaned_data["what"]), None)
        try:
            return _start(request, actor, round, dry=not form.cleaned_data["propose"])
        except ValidationError as refused:
            form.add_error(None, refused)
        except AuditFailed:
            form.add_error(None, starting.AUDIT_FAILED)
    return render(request, "administration/runs/start.html", {"form": form}, status=422 if form.errors else 200)


def _start(request: HttpRequest, actor: Actor, round: ChoiceRound | None, *, dry: bool) -> HttpResponse:
    if round is None and not dry:
        raise ValidationError(_("Natten behöver inget förslag. Den görs av sig själv varje natt."))
    if starting.takes_long(round):
        asked = starting.ask(round=round, dry=dry, actor=actor)
        return redirect("casework:run_request", reference=asked.reference)
    if dry:
        return _dry(request, round, starting.try_out(round=round, actor=actor))
    assert round is not None  # noqa: S101  (said above)
    run = propose_round(round=round, actor=actor)
    messages.success(request, _("Förslaget är klart. En annan person godkänner det."))
    return redirect("casework:run", reference=run.reference)


@require_safe
@staff_page(Right.PROPOSE_RUN)
def asked(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    found = get_object_or_404(RunRequest.objects.select_related("round", "run", "asked_by"), reference=reference)
    if found.run:
        return redirect("casework:run", reference=found.run.reference)
    if found.state == RunRequest.State.DONE:
        return _dry(request, found.round, found.figures)
    return render(request, "administration/runs/asked.html", {"asked": found})


def _dry(request: HttpRequest, round: ChoiceRound | None, figures: Figures) -> HttpResponse:
    summary = summary_of(figures)
    day = round.starts_on if round else clock.today()
    context = {"round": round, "summary": summary, "areas": pictures(summary.areas, day=day)}
    return render(request, "administration/runs/dry.html", context)


@require_safe
@staff_page(Right.SEE_PERSONS)
def people(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    run = _run(reference, actor)
    chosen = RunFilter(request.GET)
    page = keyset_page(people_in(run=run, rows=chosen.rows(run), actor=actor), PEOPLE_IN_ORDER, request.GET)
    disclose(actor=actor, concerned=page, purpose=Purpose.LIST, what="run_people")
    return render(request, "administration/runs/people.html", {"run": run, "form": chosen, "page": page})


@require_safe
@staff_page(Right.SEE_PERSONS)
def person(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Explanation of this person's outcome in one run; the others are linked."""
    found = visible_person(reference=reference, actor=actor)
    rows = why.rows_of(person=found)
    asked = WhyQuery(request.GET).asked["korning"]
    row = next((each for each in rows if asked in ("", each.run.reference)), None)
    shown = why.why_page(row=row, actor=actor) if row else None
    disclose(actor=actor, concerned=[found], purpose=Purpose.PAGE, what="run_why")
    # The neighbours in the queue are listed as rows.
    disclose(actor=actor, concerned=shown.neighbours if shown else [], purpose=Purpose.LIST, what="run_why")
    how = str(HOW[row.how]).format(provider=row.provider.name) if row else ""
    return render(
        request, "administration/runs/why.html", {"person": found, "shown": shown, "rows": rows, "row": row, "how": how}
    )


@require_safe
@staff_page(Right.SEE_FIGURES)
def comparison(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    run = _run(reference, actor)
    others = compare.others(run)
    asked = CompareQuery(request.GET).asked["med"]
    other = get_object_or_404(others, reference=asked) if asked else None
    context: dict[str, object] = {"run": run, "others": others[:50], "other": other}
    if other:
        context |= {"shown": compare.compare(run, other), "whole": counts_everybody(actor)}
        if actor.may(Right.SEE_PERSONS):
            page = keyset_page(compare.who_differs(run, other, actor=actor), PEOPLE_IN_ORDER, request.GET)
            for each in page:
                each.outcomes.sort(key=lambda row: row.run_id != run.pk)
            disclose(actor=actor, concerned=page, purpose=Purpose.LIST, what="run_compare")
            context["page"] = page
    return render(request, "administration/runs/compare.html", context)


@require_safe
@staff_page(Right.EXPORT_LISTS)
def run_list(request: HttpRequest, actor: Actor, reference: str, form: str) -> HttpResponseBase:
    run = _run(reference, actor)
    if form not in ("csv", "xlsx"):
        raise Http404
    rows = export.rows(run=run, chosen=RunFilter(request.GET), actor=actor)
    name = f"fordelning-{run.reference}.{form}"
    if form == "xlsx":
        return FileResponse(xlsx_file(export.header(), rows), as_attachment=True, filename=name)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(csv_bytes(export.header(), rows), content_type="text/csv; charset=utf-8", headers=headers)


def _run(reference: str, actor: Actor) -> AllocationRun:
    return get_object_or_404(selectors.runs(actor=actor), reference=reference)
