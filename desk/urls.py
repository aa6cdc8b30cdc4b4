"""The officer's desk. The names are in the namespace of all staff pages, ``casework``."""

from django.urls import path

from desk import views

urlpatterns = [
    path("", views.home, name="home"),
    path("hitta/", views.find, name="find"),
    path("tangenter/", views.keys, name="keys"),
    path("personer/<slug:reference>/val/", views.new_choice, name="new_choice"),
    path("personer/<slug:reference>/val/ratta/", views.new_choice, {"correct": True}, name="correct_choice"),
    path("personer/<slug:reference>/blankett/", views.paper_form, name="paper_form"),
    path("personer/<slug:reference>/foretradare/", views.new_mandate, name="new_mandate"),
    path("personer/<slug:reference>/anteckning/", views.note, name="note"),
    path("personer/<slug:reference>/franvaro/", views.absences, name="absences"),
    path("personer/<slug:reference>/franvaro/<slug:absence>/", views.absence, name="absence"),
    path("personer/<slug:reference>/franvaro/<slug:absence>/ta-bort/", views.absence_withdraw, name="absence_withdraw"),
    path("personer/<slug:reference>/tittat/", views.looks, name="looks"),
    path("personer/<slug:reference>/kod/ny/", views.new_code, name="new_code"),
    path("personer/<slug:reference>/kod/sparra/", views.end_code, name="end_code"),
    path("blanketter/", views.scans, name="scans"),
    path("blanketter/<slug:reference>/", views.scan, name="scan"),
    path("blanketter/<slug:reference>/fil/", views.scan_file, name="scan_file"),
    path("blanketter/<slug:reference>/undan/", views.scan_put_away, name="scan_put_away"),
    path("arbete/", views.work_mark, name="work_mark"),
    path("arbete/<slug:kind>/<slug:reference>/", views.work_item, name="work_item"),
    path("samtal/<slug:reference>/", views.call, name="call"),
    path("erbjudanden/<slug:reference>/", views.offer, name="offer"),
    path("overlamning/<slug:reference>/", views.handover, name="handover"),
    path("overlamning/<slug:reference>/<slug:step>/", views.handover_step, name="handover_step"),
    path("koer/", views.queues, name="queues"),
    path("koer/<slug:area>/<slug:provider>/", views.queue, name="queue"),
    path("personer/<slug:reference>/placera/", views.manual_placement, name="manual_placement"),
    path("personer/", views.people, name="people"),
    path("personer/<slug:reference>/", views.person, name="person"),
    path("brev/<slug:reference>/", views.letter, name="letter"),
]
