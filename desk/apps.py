from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """The label is that of the tables, migrations and permissions of all staff rooms (docs/adr/0022)."""

    name = "desk"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("ärenden")

    def ready(self) -> None:
        from desk.work import KINDS
        from desk.work.kinds import OWN

        KINDS.register(*OWN)
