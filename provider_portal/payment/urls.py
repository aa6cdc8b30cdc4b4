from django.urls import path

from provider_portal.payment import views

urlpatterns = [
    path("ersattning/", views.months, name="payment_months"),
    path("ersattning/sok/", views.find, name="payment_find"),
    path("ersattning/<slug:month>/", views.month, name="payment_month"),
    path("ersattning/<slug:month>/rad/<slug:line>/", views.line, name="payment_line"),
    path("ersattning/<slug:month>/fil/<slug:kind>/", views.file, name="payment_file"),
    path("kunder/<slug:reference>/franvaro/", views.absences, name="absences"),
    path("kunder/<slug:reference>/franvaro/<slug:absence>/", views.absence, name="absence"),
]
