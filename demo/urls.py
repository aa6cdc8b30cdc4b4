from django.urls import path

from demo import door

app_name = "demo"
urlpatterns = [
    path("", door.door, name="door"),
    path("<slug:key>/", door.enter, name="enter"),
]
