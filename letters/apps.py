from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LettersConfig(AppConfig):
    name = "letters"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("brev")

    def ready(self) -> None:
        from choices.registers.death_listeners import on_deaths
        from choices.signals import people_changed
        from letters.services.deaths import hold_letters
        from letters.services.stopping import stop_batches_of

        on_deaths(hold_letters)
        people_changed.connect(stop_batches_of, dispatch_uid="letters.stop_batches")
