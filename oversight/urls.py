"""Review, figures, follow-up and secrecy. The names are in the namespace of all staff pages, ``casework``."""

from django.urls import include, path

urlpatterns = [
    path("", include("oversight.secrecy.urls")),
    path("", include("oversight.followup.urls")),
    path("logggranskning/", include("oversight.review.urls")),
    path("siffror/", include("oversight.figures.urls")),
]
