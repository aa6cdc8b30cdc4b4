from django.urls import URLPattern, path

from citizens.account import views
from citizens.account.offer import offer

urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("ko/", views.queue, name="queue"),
    path("ko/<slug:code>/ta-bort/", views.leave_queue, name="leave_queue"),
    path("ta-tillbaka/", views.take_back, name="take_back"),
    path("utan-hushallet/", views.alone, name="alone"),
    path("erbjudande/<slug:reference>/", offer, name="offer"),
    path("brev/", views.letters, name="letters"),
    path("brev/<slug:reference>/", views.letter, name="letter"),
    path("ring-mig/", views.call_me, name="call_me"),
]
