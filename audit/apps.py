from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "audit"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("logg")

    def ready(self) -> None:
        # Its signal handlers pass the request id to tasks.
        from audit import request_id  # noqa: F401
