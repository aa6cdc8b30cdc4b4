from django.urls import URLPattern, path

from citizens.login import views
from citizens.login.joint import joint

urlpatterns: list[URLPattern] = [
    path("logga-in/", views.login, name="login"),
    path("logga-in/e-legitimation/", views.eid_start, name="eid_start"),
    path("logga-in/e-legitimation/svar/", views.eid_back, name="eid_back"),
    path("vem/", views.select_person, name="select_person"),
    path("gemensamt/", joint, name="joint"),
    path("kvar/", views.keepalive, name="keepalive"),
    path("logga-ut/", views.leave, name="sign_out"),
]
