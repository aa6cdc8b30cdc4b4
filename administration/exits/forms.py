from typing import Any

from django.utils.translation import gettext_lazy as _

from allocation.facts.days import next_start
from allocation.models import ProviderExit
from common import clock
from common.forms import DayField
from staff_ui.forms import DateInput, StaffForm


class ExitRunForm(StaffForm):
    """First day with the new providers: by the notice calendar, at the latest the exit's last day."""

    starts_on = DayField(label=_("Klienterna byter den"), widget=DateInput())

    def __init__(self, *args: Any, exit: ProviderExit, **kwargs: Any) -> None:
        day = max(min(next_start(clock.today()), exit.moved_by), clock.today())
        super().__init__(*args, **{"initial": {"starts_on": day}, **kwargs})
