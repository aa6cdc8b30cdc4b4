"""The follow-up of a year as text, for the page and the yearly report. Each figure has its definition
(docs/figures.md)."""

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.charts import Bar
from common.percent import DASH, percent
from followup.leaving import WHY
from followup.models import Complaint
from followup.performed import Continuity, Performed
from oversight.figures.parts import HIDDEN, Chart, Grid, Section, hours, rate, shown
from oversight.figures.table import TOTAL
from oversight.followup.year import ENDS, NOBODY, STAYED, Year

Rows = Sequence[str]


def story(year: Year, *, code: str = "") -> list[Section]:
    """``code``: of one provider, beside all together; what is hidden is the same as in the whole."""
    rows = [code] if code else list(year.names)
    return [chapter(year, rows) for chapter in CHAPTERS] + ([] if code else [_not_executed(year)])


def _clients(year: Year, rows: Rows) -> Section:
    section = Section("klienter", _("Klienter och timmar"))
    section.sentences.append(
        _("Klienter hade utföraren någon dag under året. Timmar är beviljade timmar, dag för dag, i hela månader.")
    )
    whole = year.hours_of(TOTAL)
    found = [(_name(year, code), year.clients.at(code, TOTAL), year.hours_of(code)) for code in _with_total(year, rows)]
    cells = [(name, [shown(persons), hours(minutes), rate(minutes, whole)]) for name, persons, minutes in found]
    section.grids.append(
        Grid(_("Klienter och timmar"), [_("Klienter"), _("Timmar"), _("Andel av timmarna")], cells, _("Utförare"))
    )
    bars = [
        Bar(name, [] if minutes is None else [minutes], words=rate(minutes, whole))
        for name, _persons, minutes in found[: len(rows)]
    ]
    section.charts += _charts("timmar", _("Andel av timmarna"), bars)
    return section


def _performed(year: Year, rows: Rows) -> Section:
    low, high = settings.FOLLOWUP_TOLERANCE
    section = Section("utford-tid", _("Utförd tid"))
    section.sentences += [
        _("Utförd tid delad med beviljad tid, för de klienter och månader som är redovisade."),
        _("Det som inte är redovisat räknas inte, varken som bra eller dåligt."),
        _("Under %(low)s procent eller över %(high)s procent är skäl att tala med utföraren. Inget dras av.")
        % {"low": low, "high": high},
    ]
    found = [(_name(year, code), year.performed_of(code)) for code in rows]
    section.grids.append(
        Grid(
            _("Utförd och beviljad tid"),
            [_("Redovisat, klienter och månader"), _("Av alla"), _("Utförd av beviljad"), _("Tala med utföraren")],
            [(name, _performed_cells(each)) for name, each in found],
            _("Utförare"),
        )
    )
    bars = []
    for name, each in found:
        part, whole = (each and each.quotient) or (0, 0)
        bars.append(Bar(name, [1000 * part // whole] if whole else [], 1000 if whole else None, _quotient(each)))
    section.charts += _charts("utford-tid", _("Utförd tid av beviljad. Strecket är hela den beviljade tiden."), bars)
    return section


def _performed_cells(found: Performed | None) -> list[str]:
    if found is None:
        return [HIDDEN] * 4
    flag = _("Ja") if found.is_for_dialogue else _("Nej") if found.quotient else DASH
    return [shown(found.reported), rate(found.reported, found.persons), _quotient(found), flag]


def _quotient(found: Performed | None) -> str:
    if found is None:
        return HIDDEN
    return percent(*found.quotient) if found.quotient else _("Inte redovisat")


def _continuity(year: Year, rows: Rows) -> Section:
    section = Section("kontinuitet", _("Kontinuitet"))
    section.sentences.append(
        _("Så många olika i personalen mötte klienten de sista 14 dagarna i månaden, i medeltal för dem som mättes.")
    )
    found = [(_name(year, code), code in year.continuity, year.continuity_of(code)) for code in rows]
    section.grids.append(
        Grid(
            _("Olika i personalen på 14 dagar"),
            [_("Medeltal"), _("Personer som mättes"), _("Månad")],
            [(name, _continuity_cells(measured, each)) for name, measured, each in found],
            _("Utförare"),
        )
    )
    bars = [
        Bar(name, [each.tenths] if each else [], words=_continuity_cells(measured, each)[0])
        for name, measured, each in found
    ]
    section.charts += _charts("kontinuitet", _("Olika i personalen på 14 dagar, medeltal"), bars)
    return section


def _continuity_cells(measured: bool, found: Continuity | None) -> list[str]:
    if found is None:
        return [HIDDEN] * 3 if measured else [_("Inte redovisat"), DASH, DASH]
    return [found.mean, shown(found.persons), date_format(found.month, "YEAR_MONTH_FORMAT")]


def _surveys(year: Year, rows: Rows) -> Section:
    section = Section("nojdhet", _("Nöjdhet"))
    section.sentences.append(
        _("Andel som är nöjda med hemtjänsten i sin helhet, i den senaste undersökningen med minst 30 svar.")
    )
    cells, bars = [], []
    for code in rows:
        name, found = _name(year, code), year.surveys.get(code)
        words = [_("Ingen undersökning"), DASH, DASH]
        if found:
            asked = date_format(found.asked_on, "YEAR_MONTH_FORMAT")
            words = [percent(found.positive_percent, 100), shown(found.answers), f"{found.source}, {asked}"]
        cells.append((name, words))
        bars.append(Bar(name, [found.positive_percent] if found else [], 100 if found else None, words[0]))
    section.grids.append(Grid(_("Nöjda"), [_("Andel"), _("Antal svar"), _("Källa")], cells, _("Utförare")))
    section.charts += _charts("nojdhet", _("Nöjda med hemtjänsten i sin helhet"), bars)
    return section


def _complaints(year: Year, rows: Rows) -> Section:
    section = Section("synpunkter", _("Synpunkter"))
    section.sentences += [
        _("Synpunkter som kom in under året."),
        _("För sent är de som besvarades efter den dag då svaret skulle ha lämnats, eller ännu inte är besvarade då."),
    ]
    codes, labels = _with_total(year, rows), {**dict(Complaint.Kind.choices), TOTAL: _("Alla")}
    cells = [(label, [shown(year.complaints.at(code, kind)) for code in codes]) for kind, label in labels.items()]
    late = [HIDDEN if code == TOTAL and year.hides else shown(_late(year, code)) for code in codes]
    cells.append((_("För sent"), late))
    section.grids.append(_by_provider(year, _("Synpunkter efter vad de gäller"), codes, cells, _("Vad det gäller")))
    bars = [_bar(_name(year, code), year.complaints.at(code, TOTAL)) for code in rows]
    section.charts += _charts("synpunkter", _("Synpunkter som kom in"), bars)
    return section


def _late(year: Year, code: str) -> int | None:
    return sum(year.late.values()) if code == TOTAL else year.late_of(code)


def _leavers(year: Year, rows: Rows) -> Section:
    section = Section("lamnade", _("De som lämnade"))
    section.sentences.append(
        _("Klienter vars sista dag hos utföraren var under året, efter varför. Andelen är av alla som var klienter.")
    )
    codes = _with_total(year, rows)
    cells = [(str(label), [shown(year.clients.at(code, why)) for code in codes]) for why, label in WHY.items()]
    left = {code: _left(year, code) for code in codes}
    cells.append((_("Alla som lämnade"), [shown(number) for number, _whole in left.values()]))
    cells.append((_("Andel av klienterna"), [rate(*each) for each in left.values()]))
    section.grids.append(_by_provider(year, _("Varför de lämnade"), codes, cells, _("Varför")))
    bars = []
    for code in rows:
        number, whole = left[code]
        length = [1000 * number // whole] if number is not None and whole else []
        bars.append(Bar(_name(year, code), length, words=rate(number, whole)))
    section.charts += _charts("lamnade", _("Andel av klienterna som lämnade"), bars)
    return section


def _left(year: Year, code: str) -> tuple[int | None, int | None]:
    """Numbers of people who left, and of all clients. None: hidden, as either would reveal the number who stayed."""
    whole, stayed = year.clients.at(code, TOTAL), year.clients.at(code, STAYED)
    return (None if whole is None or stayed is None else whole - stayed), whole


def _by_provider(year: Year, caption: str, codes: Rows, cells: Sequence[tuple[Any, Sequence[str]]], first: str) -> Grid:
    return Grid(caption, [_name(year, code) for code in codes], cells, first)


def _unserved(year: Year, rows: Rows) -> Section:
    section = Section("utan-hjalp", _("Dagar utan hjälp"))
    section.sentences.append(
        _("Dagar då någon hade beviljad hjälp men ingen utförare, efter den utförare som personen hade före.")
    )
    columns = [*rows] if len(rows) < len(year.names) else [*rows, NOBODY]
    cells = []
    for code in columns:
        name = _("Ingen utförare än") if code == NOBODY else _name(year, code)
        persons, days = (
            [table.at(area, code) for area in (*year.area_names, TOTAL)]
            for table in (year.unserved, year.unserved_days)
        )
        cells.append((name, [f"{shown(day)} ({shown(number)})" for number, day in zip(persons, days, strict=True)]))
    titles = [*year.area_names.values(), _("Alla")]
    section.grids.append(Grid(_("Dagar, och inom parentes personer"), titles, cells, _("Utförare före")))
    return section


def _not_executed(year: Year) -> Section:
    section = Section("ej-verkstallda", _("Ej verkställda beslut"))
    section.sentences.append(
        _("Beviljad hjälp som inte var verkställd inom tre månader, eller avbruten så länge, vid kvartalets slut.")
    )
    words = {"open": _("Väntar"), "executed": _("Verkställda"), "ended": _("Upphörda"), "died": _("Avlidna")}
    table = year.not_executed
    cells = [(quarter, [shown(table.at(quarter, end)) for end in (*ENDS, TOTAL)]) for quarter in table.rows.codes]
    columns = [*(words[end] for end in ENDS), _("Alla")]
    section.grids.append(Grid(_("Beslut per kvartal"), columns, cells, _("Kvartal")))
    return section


CHAPTERS: tuple[Callable[[Year, Rows], Section], ...] = (
    _clients, _performed, _continuity, _surveys, _complaints, _leavers, _unserved
)  # fmt: skip


def _with_total(year: Year, rows: Rows) -> list[str]:
    return [*rows, TOTAL] if len(year.names) > 1 else list(rows)


def _name(year: Year, code: str) -> str:
    return _("Alla") if code == TOTAL else year.names[code]


def _bar(name: str, number: int | None) -> Bar:
    return Bar(name, [] if number is None else [number], words=shown(number))


def _charts(id_: str, title: str, bars: list[Bar]) -> list[Chart]:
    """None where there is nothing to draw."""
    if not any(any(bar.parts) for bar in bars):
        return []
    return [Chart(f"diagram-{id_}", title, "; ".join(f"{bar.name}: {bar.words}" for bar in bars), bars)]
