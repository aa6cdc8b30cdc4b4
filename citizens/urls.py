"""A citizen's own pages."""

from django.urls import URLPattern, URLResolver, include, path

from citizens.survey.views import signed_in

app_name = "citizens"
urlpatterns: list[URLPattern | URLResolver] = [
    path("val/", include("citizens.choosing.urls")),
    path("", include("citizens.login.urls")),
    path("", include("citizens.account.urls")),
    path("enkat/", signed_in, name="survey"),
]
