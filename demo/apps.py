from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class DemoConfig(AppConfig):
    name = "demo"

    def ready(self) -> None:
        # Invented people must never be mixed with real ones.
        if not settings.DEMO_ALLOWED:
            raise ImproperlyConfigured("The demo municipality cannot be installed here: DEMO_ALLOWED is false.")
