from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"

    def ready(self) -> None:
        from oversight.review.services import review_notice
        from staff_ui import home

        home.add_notice(review_notice)
