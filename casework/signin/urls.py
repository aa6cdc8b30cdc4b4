"""One's own account, and everybody's. Included by ``casework.urls``: the names are in its namespace."""

from django.urls import path

from casework.signin import accounts

urlpatterns = [
    path("mitt-konto/", accounts.account, name="account"),
    path("mitt-konto/logga-ut-overallt/", accounts.leave_everywhere, name="leave_everywhere"),
    path("anvandare/", accounts.users, name="users"),
    path("anvandare/<slug:number>/", accounts.user, name="user"),
    path("anvandare/<slug:number>/<slug:step>/", accounts.user_step, name="user_step"),
]
