from django.apps import AppConfig


class SigninConfig(AppConfig):
    name = "signin"

    def ready(self) -> None:
        # A check of the settings, and the handler that begins a session of the staff.
        from accounts import sessions  # noqa: F401
        from signin import checks  # noqa: F401
