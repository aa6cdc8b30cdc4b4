from django.urls import path

from provider_portal.own import views

urlpatterns = [
    path("avtal/", views.terms, name="terms"),
    path("presentation/", views.profile, name="profile"),
    path("presentation/<slug:reference>/aterta/", views.withdraw, name="profile_withdraw"),
    path("presentation/<slug:part>/<slug:language>/", views.profile_edit, name="profile_edit"),
]
