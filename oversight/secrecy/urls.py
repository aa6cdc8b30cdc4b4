"""Protected people."""

from django.urls import path

from oversight.secrecy import views

urlpatterns = [
    path("personer/<slug:reference>/skal/", views.reason, name="reason"),
    path("personer/<slug:reference>/skydd/", views.protection, name="protection"),
    path("personer/<slug:reference>/adress/", views.address, name="address"),
    path("skydd/<slug:change>/svar/", views.answer_protection, name="answer_protection"),
    path("skyddade-adresser/", views.addresses, name="addresses"),
    path("skyddade-adresser/<slug:question>/svar/", views.answer_address, name="answer_address"),
]
