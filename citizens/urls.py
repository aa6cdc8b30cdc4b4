"""A citizen's own pages."""

from django.urls import URLPattern, path

from citizens import views

app_name = "citizens"
urlpatterns: list[URLPattern] = [
    path("logga-in/", views.doors, name="doors"),
]
