from django.urls import path

from provider_portal.clients import views

urlpatterns = [
    path("kunder/", views.clients, name="clients"),
    path("kunder/<slug:reference>/", views.client, name="client"),
]
