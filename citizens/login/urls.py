from django.urls import URLPattern, path

from citizens.login import views
from citizens.login.joint import joint

urlpatterns: list[URLPattern] = [
    path("logga-in/", views.doors, name="doors"),
    path("logga-in/e-legitimation/", views.eid_start, name="eid_start"),
    path("logga-in/e-legitimation/svar/", views.eid_back, name="eid_back"),
    path("vem/", views.whom, name="whom"),
    path("gemensamt/", joint, name="joint"),
    path("kvar/", views.stay, name="stay"),
    path("logga-ut/", views.leave, name="sign_out"),
]
