"""URLs outside the officers' pages: sign-in, sign-out, reauthentication."""

from django.urls import path

from signin import views

urlpatterns = [
    path("logga-in/", views.sign_in, name="login"),
    path("logga-in/kommunen/", views.to_provider, name="login_staff"),
    path("logga-in/kommunen/svar/", views.callback, name="login_staff_back"),
    path("logga-in/bekrafta/", views.confirm_again, name="confirm"),
    path("logga-ut/", views.sign_out, name="logout"),
]
