from django.urls import path

from provider_portal.accounts import entry_views, views

urlpatterns = [
    path("borja/", entry_views.begin, name="begin"),
    path("borja/losenord/", entry_views.accept, name="accept"),
    path("konton/", views.accounts, name="accounts"),
    path("konton/ny/", views.invite, name="invite"),
    path("konton/<slug:number>/", views.account, name="account"),
    path("konton/<slug:number>/<slug:step>/", views.account_step, name="account_step"),
]
