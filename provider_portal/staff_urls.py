"""The municipality's pages about a provider's people."""

from django.urls import path

from provider_portal.accounts import views

_HERE = "utforare/<slug:code>/konton"

urlpatterns = [
    path(f"{_HERE}/", views.provider_accounts, name="provider_accounts"),
    path(f"{_HERE}/ny/", views.provider_invite, name="provider_invite"),
    path(f"{_HERE}/<slug:number>/", views.provider_account, name="provider_account"),
    path(f"{_HERE}/<slug:number>/<slug:step>/", views.provider_account_step, name="provider_account_step"),
]
