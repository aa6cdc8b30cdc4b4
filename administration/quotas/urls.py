"""Providers, contracts, quotas, profiles."""

from django.urls import path

from administration.quotas import views

urlpatterns = [
    path("utforare/", views.providers, name="providers"),
    path("utforare-ny/", views.new_provider, name="new_provider"),
    path("utforare/<slug:code>/", views.provider, name="provider"),
    path("utforare/<slug:code>/avtal/", views.new_contract, name="new_contract"),
    path("utforare/<slug:code>/tillstand/", views.permit, name="permit"),
    path("utforare/<slug:code>/upphor/", views.provider_exit, name="provider_exit"),
    path("utforare/<slug:code>/presentation/", views.profile, name="profile"),
    path("utforare/<slug:code>/presentation/<slug:part>/<slug:language>/", views.profile_edit, name="profile_edit"),
    path("presentationer/<slug:reference>/", views.profile_change, name="profile_change"),
    path("presentationer/<slug:reference>/forhandsvisning/", views.profile_preview, name="profile_preview"),
    path("presentationer/<slug:reference>/<slug:step>/", views.profile_change_step, name="profile_change_step"),
    path("avtal/<int:number>/intag/", views.intake, name="intake"),
    path("avtal/<int:number>/<slug:kind>/", views.contract_quota, name="contract_quota"),
    path("omraden/<slug:code>/andel/", views.ramp, name="ramp"),
    path("kvoter/steg/<slug:kind>/<int:number>/bort/", views.remove_step, name="remove_step"),
    path("kvoter/natten/", views.night_decides, name="night_decides"),
    path("kvoter/overlamning/", views.handover_days, name="handover_days"),
    path("kvoter/kalender/", views.notice_calendar, name="notice_calendar"),
    path("kvoter/ord/", views.own_words, name="own_words"),
    path("kvoter/fil/", views.quota_file, name="quota_file"),
    path("kvoter/fil/hamta/", views.quota_sheet, name="quota_sheet"),
    path("kvoter/forslag/<slug:reference>/", views.proposal, name="quota_proposal"),
    path("kvoter/forslag/<slug:reference>/<slug:step>/", views.proposal_step, name="quota_proposal_step"),
]
