"""The officer's desk. Included by ``casework.urls``: the names are in its namespace."""

from django.urls import path

from casework.desk import views

urlpatterns = [
    path("hitta/", views.find, name="find"),
    path("tangenter/", views.keys, name="keys"),
]
