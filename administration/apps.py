from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "administration"

    def ready(self) -> None:
        from administration.quotas.import_file import Quotas
        from choices.imports import register

        register(Quotas())
