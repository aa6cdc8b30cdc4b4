from django.apps import apps
from django.conf import settings
from django.urls import include, path
from django.views.i18n import set_language

from citizens.public import front
from common.health import web_health
from oversight.health.views import health
from oversight.metrics import metrics_page
from staff_ui.gallery import gallery

# Staff pages: one namespace for all rooms.
staff = [
    path("", include("desk.urls")),
    path("", include("signin.urls")),
    path("", include("administration.urls")),
    path("", include("oversight.urls")),
    path("", include("provider_portal.staff_urls")),
]

urlpatterns = [
    # First: many choose at once, and the patterns are tried in turn.
    path("mitt/", include("citizens.urls")),
    path("", front.start, name="start"),
    path("valomgang/<slug:code>/", front.choice_round, name="round"),
    path("", include("citizens.public.urls")),
    path("", include("citizens.public.info_urls")),
    path("enkat/", include("citizens.survey.urls")),
    path("handlaggare/", include((staff, "casework"))),
    path("for-utforare/", include("provider_portal.urls")),
    path("", include("signin.entry_urls")),
    path("sprak/", set_language, name="set_language"),
    path("textstorlek/", front.text_size, name="text_size"),
    path("halsa/", health, name="health"),
    path("halsa/webb/", web_health, name="web_health"),
    # The address that Prometheus asks unless told otherwise.
    path("metrics", metrics_page, name="metrics"),
]

# Never in production, where the demo cannot be installed.
if apps.is_installed("demo"):
    urlpatterns.append(path("demo/", include("demo.urls")))

# For developers.
if settings.DEBUG:
    urlpatterns.append(path("komponenter/", gallery, name="gallery"))
