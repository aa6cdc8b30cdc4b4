from django.urls import path

from citizens.public import views

app_name = "providers"
urlpatterns = [
    path("jamfor/", views.choose_area, name="choose_area"),
    path("jamfor/<slug:code>/", views.compare, name="compare"),
    path("utforare/<slug:code>/", views.provider, name="provider"),
    path("omrade/", views.area_help, name="area_help"),
]
