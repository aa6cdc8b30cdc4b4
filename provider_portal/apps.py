from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProviderPortalConfig(AppConfig):
    name = "provider_portal"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("utförarnas sidor")
