from django.urls import path

from provider_portal.orders import views

urlpatterns = [
    path("uppdrag/", views.orders, name="orders"),
    path("uppdrag/fil/<slug:kind>/", views.orders_file, name="orders_file"),
    path("uppdrag/<slug:reference>/", views.order, name="order"),
    path("uppdrag/<slug:reference>/fil/<slug:kind>/", views.order_file, name="order_file"),
    path("uppdrag/<slug:reference>/<slug:step>/", views.order_step, name="order_step"),
]
