from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChoicesConfig(AppConfig):
    name = "choices"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("val")
