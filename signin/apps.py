from django.apps import AppConfig


class SigninConfig(AppConfig):
    name = "signin"

    def ready(self) -> None:
        # A settings check, and the signal handler that begins a staff session.
        from accounts import sessions  # noqa: F401
        from signin import checks  # noqa: F401
