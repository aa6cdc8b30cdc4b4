"""URLs of a development server, including the gallery."""

from django.urls import path

from botkyrka_hemtjanst import urls
from staff_ui.gallery import gallery

urlpatterns = [*urls.urlpatterns, path("komponenter/", gallery, name="gallery")]
