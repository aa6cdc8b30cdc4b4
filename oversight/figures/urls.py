"""The figures."""

from django.urls import path

from oversight.figures import views

urlpatterns = [
    path("", views.figures, name="figures"),
    path("data.csv", views.figures_csv, name="figures_csv"),
    path("data.json", views.figures_json, name="figures_json"),
    path("rapport.pdf", views.figures_report, name="figures_report"),
]
