from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReimbursementConfig(AppConfig):
    name = "reimbursement"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("ersättning")

    def ready(self) -> None:
        from choices.imports import register
        from reimbursement.absence_import import Absences

        register(Absences())
