"""Administrators' pages. The names are in the namespace of all staff pages, ``casework``."""

from django.urls import include, path

from administration.exits import views as exits
from administration.what_if.views import what_if

urlpatterns = [
    path("", include("administration.post.urls")),
    path("", include("administration.runs.urls")),
    path("", include("administration.rounds.urls")),
    path("", include("administration.quotas.urls")),
    path("", include("administration.payment.urls")),
    path("avslut/<slug:reference>/", exits.exit, name="exit"),
    path("avslut/<slug:reference>/forslag/", exits.propose, name="exit_propose"),
    path("avslut/<slug:reference>/beslut/", exits.decide, name="exit_decide"),
    path("avslut/<slug:reference>/angra/", exits.undo, name="exit_undo"),
    path("avslut/<slug:reference>/klart/", exits.finish, name="exit_finish"),
    path("tank-om/", what_if, name="what_if"),
]
