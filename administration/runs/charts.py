"""Charts of the room of a run's contracts; each has a table with the same data."""

import datetime
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allocation.summary import AreaSummary, ContractSummary
from common.charts import Bar, bar_chart
from common.rounding import whole_hours
from providers.selectors import ramp

NAMES = (gettext_lazy("Använt"), gettext_lazy("Reserverat"), gettext_lazy("Erbjudet"))


@dataclass(frozen=True)
class RampStep:
    """``now``: in force when the run takes effect."""

    day: datetime.date
    share_bp: int
    now: bool


@dataclass(frozen=True)
class AreaPicture:
    summary: AreaSummary
    hours: SafeString
    persons: SafeString
    ramp: list[RampStep]


def pictures(areas: list[AreaSummary], *, day: datetime.date) -> list[AreaPicture]:
    steps = ramp(areas=[area.area for area in areas])
    return [_picture(number, area, steps.get(area.area.pk, []), day) for number, area in enumerate(areas)]


def _picture(number: int, area: AreaSummary, steps: list[tuple[datetime.date, int]], day: datetime.date) -> AreaPicture:
    external = [contract for contract in area.contracts if not contract.provider.is_municipal]
    held = max((start for start, _share in steps if start <= day), default=None)
    return AreaPicture(
        summary=area,
        hours=_bars(f"timmar-{number}", _("Timmar per månad, %(area)s"), area, [_in_hours(each) for each in external]),
        persons=_bars(f"personer-{number}", _("Personer, %(area)s"), area, [_in_persons(each) for each in external]),
        ramp=[RampStep(start, share, start == held) for start, share in steps],
    )


def _bars(id_: str, title: str, area: AreaSummary, rows: list[Bar]) -> SafeString:
    return bar_chart(
        id_=id_,
        title=title % {"area": area.area.name},
        description=_(
            "Varje utförares använda, reserverade och erbjudna del, och taket. Tabellen visar samma siffror."
        ),
        names=[str(name) for name in NAMES],
        limit=_("Tak"),
        bars=rows,
    )


def _in_hours(contract: ContractSummary) -> Bar:
    parts = [whole_hours(each) for each in (contract.used_minutes, contract.reserved_minutes, contract.offered_minutes)]
    ceiling = contract.ceiling_minutes
    return Bar(_name(contract), parts, None if ceiling is None else whole_hours(ceiling))


def _in_persons(contract: ContractSummary) -> Bar:
    parts = [contract.persons, contract.reserved_persons, contract.offered_persons]
    return Bar(_name(contract), parts, contract.ceiling_persons)


def _name(contract: ContractSummary) -> str:
    ended = _("(avtalet är slut)")
    return f"{contract.provider.name} {ended}" if contract.is_leaving else contract.provider.name
