"""Percentages, formatted the same on pages, in figures, files and the terminal."""

from django.utils.formats import number_format

from common.rounding import half_up

NBSP = "\N{NO-BREAK SPACE}"
DASH = "–"


def percent(part: int | None, whole: int | None) -> str:
    """``98`` of ``265`` → ``37 %``: one decimal, rounded half up, in the format of the language.

    Pass part and whole where both are known: a rounded share would be rounded twice. None, or a whole of 0: a dash.
    """
    if part is None or not whole:
        return DASH
    tenths = abs(half_up(1000 * part, whole))
    sign = "−" if part < 0 and tenths else ""
    value = f"{tenths // 10}.{tenths % 10}".removesuffix(".0")
    return f"{sign}{number_format(value, use_l10n=True)}{NBSP}%"
