from django.urls import path

from citizens.survey import views

app_name = "survey"
urlpatterns = [
    path("", views.by_code, name="by_code"),
    path("tack/", views.thanks, name="thanks"),
]
