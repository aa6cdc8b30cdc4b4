from django.urls import path

from provider_portal.performed import views

urlpatterns = [
    path("utford-tid/", views.performed, name="performed"),
    path("utford-tid/kunder.csv", views.references, name="performed_references"),
]
