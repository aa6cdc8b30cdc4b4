"""The board's report: the figures as PDF."""

from oversight.figures.chapters import QUEUES, story
from oversight.figures.parts import Labels
from oversight.figures.sheet import Sheet
from providers.models import Municipality
from staff_ui.documents import pdf_of


def as_pdf(sheet: Sheet, today: Sheet, municipality: Municipality) -> bytes:
    """PDF/UA: tagged, with a title, a language, and a text for each chart. Queues as of ``today`` are always
    included.
    """
    words = Labels(sheet.kinds | today.kinds)
    sections = story(sheet, words)
    if sheet.period.code != today.period.code:
        sections += [section for section in story(today, words) if section.id == QUEUES]
    context = {"sheet": sheet, "sections": sections, "municipality": municipality}
    return pdf_of("oversight/figures/report.html", context)
