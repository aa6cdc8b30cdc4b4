"""A citizen's own pages."""

from django.urls import URLPattern, URLResolver, include, path

from citizens import views

app_name = "citizens"
urlpatterns: list[URLPattern | URLResolver] = [
    path("logga-in/", views.doors, name="doors"),
    path("", include("citizens.mine.urls")),
    path("val/", include("citizens.choosing.urls")),
]
