"""A sheet of figures as chapters: shared by the page and the board's report."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.charts import Bar
from common.percent import percent
from oversight.figures import over_time
from oversight.figures.parts import Chart, Grid, Labels, Section, hours, rate, ratio, shown, whole_row
from oversight.figures.sheet import Sheet
from oversight.figures.table import ALL, TOTAL, Table

# Chapter of the queues.
QUEUES = "koer"


def story(sheet: Sheet, words: Labels | None = None) -> list[Section]:
    """``words``: those of several sheets."""
    words = words or Labels(sheet.kinds)
    sections = [section for chapter in CHAPTERS if (section := chapter(sheet, words)) is not None]
    if not sections:
        few = _("Det är för få personer för att några siffror ska kunna visas.")
        sections = [Section("for-fa", _("För få personer"), [few])]
    return sections


def _answers(sheet: Sheet, words: Labels) -> Section | None:
    table = sheet.get("answers")
    if table is None:
        return None
    row = whole_row(table)
    yes, of = table.at(row, "answered"), table.at(row, TOTAL)
    section = Section("svar", _("Svar"))
    if yes is not None and of:
        said = ngettext(
            "%(yes)s av %(all)s person valde. Det är %(rate)s.",
            "%(yes)s av %(all)s personer valde. Det är %(rate)s.",
            of,
        )
        section.sentences.append(said % {"yes": shown(yes), "all": shown(of), "rate": rate(yes, of)})
    earlier = table.at(row, "earlier") if "earlier" in table.columns.codes else 0
    if earlier:
        stood = ngettext(
            "%(earlier)s person stod kvar med ett tidigare val.",
            "%(earlier)s personer stod kvar med ett tidigare val.",
            earlier,
        )
        section.sentences.append(stood % {"earlier": shown(earlier)})
    columns = [*(label for _code, label in words.axis(table, rows=False)), _("Valde, andel")]
    rows = [
        (label, [*_numbers(table, code), rate(table.at(code, "answered"), table.at(code, TOTAL))])
        for code, label in words.axis(table, rows=True)
    ]
    section.grids.append(Grid(_("Så många valde"), columns, rows, _("Område")))
    channels = sheet.get("channels")
    if channels:
        section.grids.append(_plain(channels, words, _("Hur valen kom in"), _("Område")))
        section.charts.append(_by_column(channels, words, "kanaler", _("Hur valen kom in, personer")))
    return section


def _first_choice(sheet: Sheet, words: Labels) -> Section | None:
    said = _("Av dem som valde fick %(persons)s sitt första val. Räknat i timmar är det %(hours)s.")
    section = _outcome(sheet, words, "first_choice", Section("forsta-valet", _("Första valet")), said)
    if section:
        passed = _(
            "Ingen gick förbi någon annan i kön. Ett fristående program kontrollerar det innan en fördelning godkänns."
        )
        section.sentences.append(passed)
    return section


def _earlier(sheet: Sheet, words: Labels) -> Section | None:
    said = _(
        "Av dem som stod kvar med ett tidigare val har %(persons)s sitt första val. Räknat i timmar är det %(hours)s."
    )
    return _outcome(sheet, words, "earlier", Section("tidigare-val", _("Tidigare val")), said)


def _outcome(sheet: Sheet, words: Labels, figure: str, section: Section, said: str) -> Section | None:
    """Met wishes, in persons and hours. ``figure``: the tables' name."""
    persons, minutes = sheet.get(f"{figure}_by_hours"), sheet.get(f"{figure}_by_hours_minutes")
    if persons is None or minutes is None:
        return None
    in_persons = rate(persons.at("first", TOTAL), persons.at(TOTAL, TOTAL))
    in_hours = rate(minutes.at("first", TOTAL), minutes.at(TOTAL, TOTAL))
    section.sentences.append(said % {"persons": in_persons, "hours": in_hours})
    rows = []
    bars: dict[str, list[Bar]] = {"personer": [], "timmar": []}
    for code, label in words.axis(persons, rows=False):
        label = _("Alla") if code == TOTAL else label
        cells = [persons.at("first", code), persons.at(TOTAL, code), minutes.at("first", code), minutes.at(TOTAL, code)]
        rows.append((
            label,
            [shown(cells[0]), shown(cells[1]), rate(*cells[:2]), hours(cells[2]), hours(cells[3]), rate(*cells[2:])],
        ))  # fmt: skip
        for number, kind in enumerate(bars):
            part, whole = cells[2 * number : 2 * number + 2]
            bars[kind].append(Bar(str(label), _one(ratio(part, whole)), words=rate(part, whole), colour=number))
    columns = [
        _("Har sitt första val, personer"), _("Alla, personer"), _("Andel av personerna"),
        _("Har sitt första val, timmar"), _("Alla, timmar"), _("Andel av timmarna"),
    ]  # fmt: skip
    section.grids.append(Grid(_("Första valet efter timmar per månad"), columns, rows, _("Har hjälp")))
    by_area = sheet.get(f"{figure}_by_area")
    if by_area:
        section.grids.append(_plain(by_area, words, _("Vilket val de har, personer"), _("Område")))
    section.charts += [
        _chart(f"{section.id}-personer", _("Personer som har sitt första val"), bars["personer"]),
        _chart(f"{section.id}-timmar", _("Timmar hos dem som har sitt första val"), bars["timmar"]),
    ]
    return section


def _chosen(sheet: Sheet, words: Labels) -> Section | None:
    table = sheet.get("choices")
    if table is None:
        return None
    row = whole_row(table)
    never, of = table.at(row, "never_chosen"), table.at(row, TOTAL)
    section = Section("har-valt", _("Har valt"))
    if never is not None and of:
        said = ngettext(
            "%(never)s av %(all)s person som har en utförare i dag har inte valt själv. Det är %(rate)s.",
            "%(never)s av %(all)s personer som har en utförare i dag har inte valt själva. Det är %(rate)s.",
            of,
        )
        section.sentences.append(said % {"never": shown(never), "all": shown(of), "rate": rate(never, of)})
    columns = [*(label for _code, label in words.axis(table, rows=False)), _("Har inte valt, andel")]
    rows = [
        (label, [*_numbers(table, code), rate(table.at(code, "never_chosen"), table.at(code, TOTAL))])
        for code, label in words.axis(table, rows=True)
    ]
    section.grids.append(Grid(_("Vilka som har valt"), columns, rows, _("Område")))
    return section


def _contracts(sheet: Sheet, words: Labels) -> Section | None:
    persons, minutes = sheet.get("clients"), sheet.get("clients_minutes")
    if persons is None or minutes is None:
        return None
    section = Section("utforare", _("Timmar per utförare"))
    for area in persons.rows.codes:
        place = words.of("area", area) if area != ALL else _("Hela kommunen")
        rows, bars = [], []
        for code, label in words.axis(persons, rows=False):
            given, ceiling = minutes.at(area, code), _term(sheet, "ceilings", area, code)
            guarantee = _term(sheet, "guarantees", area, code)
            of_all = rate(given, minutes.at(area, TOTAL))
            terms = [(hours(term), rate(given, term)) if term else ("–", "–") for term in (ceiling, guarantee)]
            rows.append((label, [shown(persons.at(area, code)), hours(given), of_all, *terms[0], *terms[1]]))
            # The municipal provider, first, has no ceiling, and would dwarf the other bars. A provider with an ended
            # contract has no ceiling either, and a bar while it has clients.
            is_own = code == persons.columns.codes[0]
            if code != TOTAL and (ceiling or not _term_table(sheet, "ceilings") or not (is_own or given == 0)):
                bars.append(Bar(label, _one(given), ceiling, f"{hours(given)} ({of_all})"))
        columns = [
            _("Personer"), _("Timmar"), _("Andel av timmarna"), _("Tak"), _("Av taket"), _("Garanti"), _("Av garantin")
        ]  # fmt: skip
        section.grids.append(Grid(_("%(area)s, timmar per månad") % {"area": place}, columns, rows, _("Utförare")))
        section.sentences += _share(sheet, minutes, area, place)
        title = _("Timmar per månad, %(area)s. Strecket är taket.") % {"area": place}
        section.charts.append(_chart(f"timmar-{area}", title, bars))
    return section


def _share(sheet: Sheet, minutes: Table, area: str, place: str) -> list[str]:
    """External share: everything except the municipal provider, which is first."""
    whole, own = minutes.at(area, TOTAL), minutes.at(area, minutes.columns.codes[0])
    if not whole or own is None:
        return []
    limit = _term(sheet, "share_limits", area, "limit")
    values = {"area": place, "share": percent(whole - own, whole), "limit": percent(limit, 10_000)}
    if limit is None:
        return [_("%(area)s: de externa utförarna har %(share)s av timmarna.") % values]
    return [_("%(area)s: de externa utförarna har %(share)s av timmarna. Gränsen är %(limit)s.") % values]


def _queues(sheet: Sheet, words: Labels) -> Section | None:
    table = sheet.get("queues")
    if table is None or not table.columns.codes:
        return None
    section = Section(QUEUES, _("Köer och väntetider i dag"))
    waits = [found for kind in ("median", "p90", "longest") if (found := sheet.get(f"waits_{kind}"))]
    rows, bars = [], []
    for area, place in words.axis(table, rows=True)[: len(table.rows.codes)]:
        for provider, label in words.axis(table, rows=False)[: len(table.columns.codes)]:
            number = table.at(area, provider)
            if number == 0:
                continue
            days = [shown(wait.at(area, provider)) for wait in waits]
            rows.append((f"{label}, {place}", [shown(number), *days]))
            bars.append(Bar(f"{label}, {place}", _one(number), words=shown(number)))
    by_hours = sheet.get("waits_by_hours")
    if by_hours:
        longest = by_hours.at(ALL, "longest")
        if longest is not None:
            words_for_it = ngettext(
                "Den som har väntat längst har väntat %(days)s dag.",
                "Den som har väntat längst har väntat %(days)s dagar.",
                longest,
            )
            section.sentences.append(words_for_it % {"days": shown(longest)})
    if not rows:
        section.sentences.append(_("Ingen står i kö."))
        return section
    section.sentences.append(_("Den som står i två köer räknas i båda. Väntan räknas i dagar från ködatumet."))
    columns = [_("Väntar, personer"), *(str(words.of("wait", kind)) for kind in ("median", "p90", "longest"))]
    section.grids.append(Grid(_("De som väntar i dag"), columns, rows, _("Kö till")))
    section.charts.append(_chart("koer", _("Så många väntar"), bars))
    if by_hours:
        section.grids.append(_plain(by_hours, words, _("Väntan hittills, dagar"), _("Har hjälp")))
    return section


def _moves(sheet: Sheet, words: Labels) -> Section | None:
    reasons, months = sheet.get("moves_by_reason"), sheet.get("moves_by_month")
    if reasons is None or months is None:
        return None
    row = whole_row(reasons)
    section = Section("byten", _("Byten"))
    number = reasons.at(row, TOTAL)
    # A suppressed number is more than one, as far as is told.
    got = ngettext(
        "%(number)s person fick en ny utförare.",
        "%(number)s personer fick en ny utförare.",
        2 if number is None else number,
    )
    section.sentences += [
        got % {"number": shown(number)},
        _("Var och en räknas en gång, vid det senaste bytet. Den som fick sin första utförare är inte med."),
    ]
    for table, caption, first in ((reasons, _("Varför de bytte"), _("Skäl")), (months, _("När de bytte"), _("Månad"))):
        columns = [label for _code, label in words.axis(table, rows=True)]
        rows = [
            (label, [shown(table.at(area, code)) for area in table.row_codes])
            for code, label in words.axis(table, rows=False)
        ]
        section.grids.append(Grid(caption, columns, rows, first))
    section.charts.append(_by_column(reasons, words, "skal", _("Varför de bytte, personer")))
    section.charts.append(_by_column(months, words, "manader", _("När de bytte, personer")))
    return section


def _met(sheet: Sheet, words: Labels) -> Section | None:
    tables = [sheet.get("met_waits_by_area"), sheet.get("met_waits_by_hours")]
    if tables[0] is None or tables[0].at(ALL, "median") is None:
        return None
    section = Section("vantat", _("De som fick den externa utförare de ville ha"))
    section.sentences.append(_("Väntan är i dagar, från ködatumet till den första dagen hos utföraren."))
    captions = ((_("Väntan efter område, dagar"), _("Område")), (_("Väntan efter timmar, dagar"), _("Har hjälp")))
    section.grids += [_plain(t, words, *caption) for t, caption in zip(tables, captions, strict=True) if t]
    return section


CHAPTERS: tuple[Callable[[Sheet, Labels], Section | None], ...] = (
    _answers, _first_choice, _earlier, _chosen, _contracts, _queues, _moves, _met, *over_time.CHAPTERS
)  # fmt: skip


def _plain(table: Table, words: Labels, caption: str, first: str) -> Grid:
    columns = [label for _code, label in words.axis(table, rows=False)]
    rows = [(label, _numbers(table, code)) for code, label in words.axis(table, rows=True)]
    return Grid(caption, columns, rows, first)


def _numbers(table: Table, row: str) -> list[str]:
    return [shown(table.at(row, column), hides=table.hides) for column in table.column_codes]


def _by_column(table: Table, words: Labels, id_: str, title: str) -> Chart:
    """A bar for each column's total."""
    row = whole_row(table)
    columns = words.axis(table, rows=False)[: len(table.columns.codes)]
    return _chart(id_, title, [Bar(label, _one(n := table.at(row, code)), words=shown(n)) for code, label in columns])


def _one(value: int | None) -> list[int]:
    """Parts of a bar with one part. A hidden figure has none."""
    return [] if value is None else [value]


def _chart(id_: str, title: str, bars: list[Bar]) -> Chart:
    return Chart(f"diagram-{id_}", title, "; ".join(f"{bar.name}: {bar.words}" for bar in bars), bars)


def _term(sheet: Sheet, code: str, area: str, column: str) -> int | None:
    table = _term_table(sheet, code)
    if table is None or column not in table.columns.codes:
        return None
    return table.at(area, column)


def _term_table(sheet: Sheet, code: str) -> Table | None:
    """None: no terms that day."""
    table = sheet.get(code)
    return table if table and any(value is not None for row in table.values for value in row) else None
