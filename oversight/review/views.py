"""The reviewer's pages. They show references, never who a person is."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common import clock
from oversight.review.models import LogReview, ReviewItem
from oversight.review.protocol import as_csv, as_pdf, why_text
from oversight.review.services import begin_review, close_review, judge, month_to_review, reviews
from staff_ui.access import staff_page
from staff_ui.forms import DateInput, StaffForm

ITEMS = 25


class BeginForm(StaffForm):
    fran = forms.DateField(label=gettext_lazy("Från och med"), widget=DateInput())
    till = forms.DateField(label=gettext_lazy("Till och med"), widget=DateInput())
    antal = forms.IntegerField(
        label=gettext_lazy("Hur många ska väljas slumpvis?"),
        min_value=10,
        max_value=500,
        initial=50,
        widget=forms.NumberInput(attrs={"class": "text-field__input text-field__input--short"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REVIEW_LOGS)
def log_reviews(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What has been reviewed, whether last month has, and the form to begin."""
    due = month_to_review(today=clock.today())
    form = BeginForm(request.POST or None, initial={"fran": due[0], "till": due[1]} if due else {})
    if form.is_valid():
        data = form.cleaned_data
        try:
            review = begin_review(
                period_from=data["fran"], period_to=data["till"], sample_size=data["antal"], actor=actor
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("casework:log_review", review=review.reference)
    page = Paginator(reviews(actor=actor), ITEMS).get_page(request.GET.get("sida"))
    return render(request, "oversight/review/reviews.html", {"form": form, "page": page, "due": due})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REVIEW_LOGS)
def log_review(request: HttpRequest, actor: Actor, review: str) -> HttpResponse:
    """What was picked, a page at a time, with a verdict for each."""
    found = _found(review, actor)
    items = found.items.select_related("read__user", "judged_by").order_by("read_id")
    if request.GET.get("visa") == "kvar":
        items = items.filter(verdict="")
    page = Paginator(items, ITEMS).get_page(request.GET.get("sida"))
    if request.method == "POST":
        posted = request.POST
        verdicts = {item.pk: (posted.get(f"v{item.pk}", ""), posted.get(f"n{item.pk}", "")) for item in page}
        try:
            saved = judge(review=found, verdicts=verdicts, actor=actor)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("%(count)s bedömningar är sparade.") % {"count": saved})
        return redirect(request.get_full_path())
    context = {
        "review": found,
        "page": page,
        "rows": [(item, why_text(item)) for item in page],
        "verdicts": ReviewItem.Verdict.choices,
        "left": found.items.filter(verdict="").count(),
    }
    return render(request, "oversight/review/review.html", context)


@require_POST
@staff_page(Right.REVIEW_LOGS)
def close_log_review(request: HttpRequest, actor: Actor, review: str) -> HttpResponse:
    found = _found(review, actor)
    try:
        close_review(review=found, conclusion=request.POST.get("slutsats", ""), actor=actor)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Granskningen är avslutad."))
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
