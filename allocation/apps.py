from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AllocationConfig(AppConfig):
    name = "allocation"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("fördelning")

    def ready(self) -> None:
        from allocation.imports import Placements
        from allocation.services.deaths import stop_offers_and_calls
        from choices.imports import register
        from choices.registers.death_listeners import on_deaths

        register(Placements())
        on_deaths(stop_offers_and_calls)
