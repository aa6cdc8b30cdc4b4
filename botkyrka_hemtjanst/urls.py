from django.apps import apps
from django.urls import include, path
from django.views.i18n import set_language

from botkyrka_hemtjanst import views

urlpatterns = [
    path("", views.start, name="start"),
    path("valomgang/<slug:code>/", views.choice_round, name="round"),
    path("", include("citizens.public.urls")),
    path("", include("citizens.public.info_urls")),
    path("mitt/", include("citizens.urls")),
    path("handlaggare/", include("casework.urls")),
    path("", include("casework.signin.doors")),
    path("sprak/", set_language, name="set_language"),
    path("textstorlek/", views.text_size, name="text_size"),
    path("halsa/", views.health, name="health"),
]

# Never in production, where the demo cannot be installed.
if apps.is_installed("demo"):
    urlpatterns.append(path("demo/", include("demo.urls")))
