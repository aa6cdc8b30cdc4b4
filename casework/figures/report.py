"""The board's report: the figures on paper."""

from casework.documents import pdf_of
from casework.figures.chapters import QUEUES, story
from casework.figures.sheet import Sheet
from providers.models import Municipality


def as_pdf(sheet: Sheet, today: Sheet, municipality: Municipality) -> bytes:
    """PDF/UA: tagged, with a title, a language, and words for each chart. Those who wait ``today`` are always told."""
    sections = story(sheet)
    if sheet.period.code != today.period.code:
        sections += [section for section in story(today) if section.id == QUEUES]
    context = {"sheet": sheet, "sections": sections, "municipality": municipality}
    return pdf_of("figures/report.html", context)
