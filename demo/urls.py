from django.urls import path

from demo import sign_in

app_name = "demo"
urlpatterns = [
    path("", sign_in.sign_in, name="sign_in"),
    path("nasta-dag/", sign_in.next_day, name="next_day"),
    path("<slug:key>/", sign_in.enter, name="enter"),
]
