"""The provider's pages, under ``/for-utforare/``. A package with pages has a ``urls.py`` of its own, included here."""

from django.urls import include, path

from provider_portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("skal/<slug:reference>/", views.reason, name="reason"),
    path("", include("provider_portal.accounts.urls")),
    path("", include("provider_portal.clients.urls")),
    path("", include("provider_portal.orders.urls")),
    path("", include("provider_portal.own.urls")),
    path("", include("provider_portal.payment.urls")),
    path("", include("provider_portal.performed.urls")),
]
