from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CitizensConfig(AppConfig):
    name = "citizens"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("medborgarens sidor")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from citizens.access import clear_citizen

        # A session is never staff and citizen.
        user_logged_in.connect(clear_citizen)
