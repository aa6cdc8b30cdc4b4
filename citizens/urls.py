"""A citizen's own pages."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "citizens"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("citizens.login.urls")),
    path("", include("citizens.account.urls")),
    path("val/", include("citizens.choosing.urls")),
]
