"""A user's own account, and user administration."""

from django.urls import path

from signin import account_views

urlpatterns = [
    path("mitt-konto/", account_views.account, name="account"),
    path("mitt-konto/logga-ut-overallt/", account_views.leave_everywhere, name="leave_everywhere"),
    path("anvandare/", account_views.users, name="users"),
    path("anvandare/<slug:number>/", account_views.user, name="user"),
    path("anvandare/<slug:number>/<slug:step>/", account_views.user_step, name="user_step"),
]
