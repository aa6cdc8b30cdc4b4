from django.urls import path

from citizens.public import info

app_name = "info"
urlpatterns = [
    path("hjalp/", info.help_page, name="help"),
    path("personuppgifter/", info.privacy, name="privacy"),
    path("tillganglighet/", info.accessibility, name="accessibility"),
    path("tillganglighet/anmal/", info.report_fault, name="report_fault"),
    path("tillganglighet/tack/", info.fault_reported, name="fault_reported"),
]
