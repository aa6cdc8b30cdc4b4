from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AllocationConfig(AppConfig):
    name = "allocation"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("fördelning")

    def ready(self) -> None:
        from allocation.imports import Placements
        from choices.imports import register

        register(Placements())
