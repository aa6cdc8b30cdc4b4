"""The administrators' pages. The names are in the namespace of all staff pages, ``casework``."""

from django.urls import include, path

from administration.exits.views import exit
from administration.what_if.views import what_if

urlpatterns = [
    path("", include("administration.post.urls")),
    path("", include("administration.runs.urls")),
    path("", include("administration.rounds.urls")),
    path("", include("administration.quotas.urls")),
    path("avslut/<slug:reference>/", exit, name="exit"),
    path("tank-om/", what_if, name="what_if"),
]
