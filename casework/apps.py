from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    name = "casework"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("ärenden")

    def ready(self) -> None:
        from casework.quotas.file import Quotas

        # Checks of settings, and who hears when somebody signs in.
        from casework.signin import checks, sessions  # noqa: F401
        from choices.imports import register

        register(Quotas())
