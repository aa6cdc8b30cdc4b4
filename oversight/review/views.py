"""The reviewer's pages. They show references, never personal data."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common import clock
from common.forms import faults_of, posted
from oversight.review.forms import BeginForm, ConclusionForm, ItemsQuery, VerdictsForm
from oversight.review.models import LogReview, ReviewItem
from oversight.review.protocol import as_csv, as_pdf, why_text
from oversight.review.services import begin_review, close_review, judge, month_to_review, reviews
from staff_ui.access import staff_page
from staff_ui.outcomes import outcome_shown
from staff_ui.paging import page_of

ITEMS = 25


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REVIEW_LOGS)
def log_reviews(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List of reviews, status of last month, and the form to begin one."""
    due = month_to_review(today=clock.today())
    form = BeginForm(posted(request), initial={"first_day": due[0], "last_day": due[1]} if due else {})
    if form.is_valid():
        data = form.cleaned_data
        try:
            review = begin_review(
                period_from=data["first_day"], period_to=data["last_day"], sample_size=data["sample_size"], actor=actor
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("casework:log_review", review=review.reference)
    page = page_of(reviews(actor=actor), request.GET, ITEMS)
    return render(request, "oversight/review/reviews.html", {"form": form, "page": page, "due": due})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REVIEW_LOGS)
def log_review(request: HttpRequest, actor: Actor, review: str) -> HttpResponse:
    """Sampled rows, paginated, with a verdict for each."""
    found = _found(review, actor)
    items = found.items.select_related("read__user", "judged_by").order_by("read_id")
    only_left = bool(ItemsQuery(request.GET).asked["visa"])
    if only_left:
        items = items.filter(verdict="")
    page = page_of(items, request.GET, ITEMS)
    if request.method == "POST":
        form = VerdictsForm(request.POST, items=page)
        try:
            if not form.is_valid():
                raise faults_of(form)
            saved = judge(review=found, verdicts=form.verdicts, actor=actor)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("Sparade bedömningar: %(count)s.") % {"count": saved})
        return redirect(request.get_full_path())
    context = {
        "review": found,
        "page": page,
        "rows": [(item, why_text(item)) for item in page],
        "verdicts": ReviewItem.Verdict.choices,
        "only_left": only_left,
        "left": found.items.filter(verdict="").count(),
    }
    return render(request, "oversight/review/review.html", context)


@require_POST
@staff_page(Right.REVIEW_LOGS)
def close_log_review(request: HttpRequest, actor: Actor, review: str) -> HttpResponse:
    found = _found(review, actor)
    form = ConclusionForm(request.POST)
    with outcome_shown(request, _("Granskningen är avslutad.")):
        if not form.is_valid():
            raise faults_of(form)
        close_review(review=found, conclusion=form.cleaned_data["conclusion"], actor=actor)
    return redirect("casework:log_review", review=review)


@require_safe
@staff_page(Right.REVIEW_LOGS)
def protocol_pdf(request: HttpRequest, actor: Actor, review: str) -> HttpResponse:
    found = _found(review, actor)
    record(actor=actor, action="log_review.protocol", object_reference=found.reference, data={"format": "pdf"})
    return _file(as_pdf(found), "application/pdf", f"logggranskning-{found.reference}.pdf")


@require_safe
@staff_page(Right.REVIEW_LOGS)
def protocol_csv(request: HttpRequest, actor: Actor, review: str) -> HttpResponse:
    found = _found(review, actor)
    record(actor=actor, action="log_review.protocol", object_reference=found.reference, data={"format": "csv"})
    return _file(as_csv(found), "text/csv; charset=utf-8", f"logggranskning-{found.reference}.csv")


def _found(reference: str, actor: Actor) -> LogReview:
    return get_object_or_404(reviews(actor=actor), reference=reference)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
