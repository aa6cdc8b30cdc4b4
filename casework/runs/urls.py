"""Runs beyond their steps: start, the people one by one, compare, files. Included by ``casework.urls``."""

from django.urls import path

from casework.runs import views

urlpatterns = [
    path("fordelningar/ny/", views.start, name="run_start"),
    path("fordelningar/begard/<slug:reference>/", views.asked, name="run_request"),
    path("fordelningar/<slug:reference>/personer/", views.people, name="run_people"),
    path("fordelningar/<slug:reference>/jamfor/", views.comparison, name="run_compare"),
    path("fordelningar/<slug:reference>/lista.<slug:form>", views.run_list, name="run_list"),
    path("personer/<slug:reference>/fordelningar/", views.person, name="run_why"),
]
