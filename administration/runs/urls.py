"""Runs: transitions, people, comparison, files."""

from django.urls import path

from administration.runs.views import details, morning, steps

urlpatterns = [
    path("fordelningar/ny/", details.start, name="run_start"),
    path("fordelningar/begard/<slug:reference>/", details.asked, name="run_request"),
    path("fordelningar/<slug:reference>/personer/", details.people, name="run_people"),
    path("fordelningar/<slug:reference>/jamfor/", details.comparison, name="run_compare"),
    path("fordelningar/<slug:reference>/lista.<slug:form>", details.run_list, name="run_list"),
    path("personer/<slug:reference>/fordelningar/", details.person, name="run_why"),
    path("fordelningar/", steps.runs, name="runs"),
    path("fordelningar/<slug:reference>/", steps.run, name="run"),
    path("fordelningar/<slug:reference>/godkann/", steps.approve, name="approve"),
    path("fordelningar/<slug:reference>/genomfor/", steps.apply, name="apply"),
    path("fordelningar/<slug:reference>/avbryt/", steps.cancel, name="cancel"),
    path("fordelningar/<slug:reference>/angra/", steps.undo, name="undo"),
    path("fordelningar/<slug:reference>/morgon/", morning.morning_list, name="morning_list"),
    path("fordelningar/<slug:reference>/morgon/godkann/", morning.approve_morning, name="approve_morning"),
    path("fordelningar/<slug:reference>/morgon/hall-inne/", morning.hold_back, name="hold_back"),
    path("fordelningar/<slug:reference>/ring/", steps.calls, name="calls"),
]
