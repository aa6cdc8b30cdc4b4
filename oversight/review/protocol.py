"""Report of a review, as files. They contain references and staff, no persons."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.clock import STOCKHOLM
from common.spreadsheet import csv_bytes
from oversight.review.models import LogReview, ReviewItem
from staff_ui.documents import pdf_of


def rows_of(review: LogReview) -> list[ReviewItem]:
    """All selected rows, in chronological order."""
    return list(review.items.select_related("read__user", "judged_by").order_by("read_id"))


def why_text(item: ReviewItem) -> str:
    return ", ".join(str(ReviewItem.Why(why).label) for why in item.whys)


def as_csv(review: LogReview) -> bytes:
    header = [_("Tid"), _("Vem"), _("Person"), _("Vad"), _("Skäl"), _("Vald för"), _("Bedömning"), _("Anteckning")]
    return csv_bytes(
        header,
        (
            [
                item.read.at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M:%S"),
                item.read.user,
                item.read.person_reference,
                item.read.what,
                item.read.reason,
                why_text(item),
                item.get_verdict_display() if item.verdict else "",
                item.note,
            ]
            for item in rows_of(review)
        ),
    )


def as_pdf(review: LogReview) -> bytes:
    items = rows_of(review)
    found = [(label, sum(item.verdict == value for item in items)) for value, label in ReviewItem.Verdict.choices]
    period = f"{date_format(review.period_from)} – {date_format(review.period_to)}"
    context = {"review": review, "rows": [(item, why_text(item)) for item in items], "found": found, "period": period}
    return pdf_of("oversight/review/protocol.html", context)
