from django.urls import include, path

from casework import views

app_name = "casework"
urlpatterns = [
    path("", views.home, name="home"),
    path("", include("casework.desk.urls")),
    path("", include("casework.secrecy.urls")),
    path("", include("casework.signin.urls")),
    path("", include("casework.post.urls")),
    path("", include("casework.runs.urls")),
    path("", include("casework.rounds.urls")),
    path("", include("casework.quotas.urls")),
    path("logggranskning/", include("casework.review.urls")),
    path("siffror/", include("casework.figures.urls")),
    path("fordelningar/", views.runs, name="runs"),
    path("fordelningar/<slug:reference>/", views.run, name="run"),
    path("fordelningar/<slug:reference>/godkann/", views.approve, name="approve"),
    path("fordelningar/<slug:reference>/genomfor/", views.apply, name="apply"),
    path("fordelningar/<slug:reference>/avbryt/", views.cancel, name="cancel"),
    path("fordelningar/<slug:reference>/angra/", views.undo, name="undo"),
    path("fordelningar/<slug:reference>/ring/", views.calls, name="calls"),
    path("tank-om/", views.what_if, name="what_if"),
    path("personer/", views.people, name="people"),
    path("personer/<slug:reference>/", views.person, name="person"),
    path("brev/<slug:reference>/", views.letter, name="letter"),
]
