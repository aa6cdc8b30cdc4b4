from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupConfig(AppConfig):
    name = "followup"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("uppföljning")

    def ready(self) -> None:
        from choices.imports import register
        from followup.performed_file import Performed

        register(Performed())
