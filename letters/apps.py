from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LettersConfig(AppConfig):
    name = "letters"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("brev")

    def ready(self) -> None:
        from choices.registers.listeners import on_deaths
        from letters.services.deaths import hold_letters

        on_deaths(hold_letters)
