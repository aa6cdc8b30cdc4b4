"""Follow-up of providers."""

from django.urls import path

from oversight.followup import views

urlpatterns = [
    path("uppfoljning/", views.followup, name="followup"),
    path("uppfoljning/rapport/", views.followup_report, name="followup_report"),
    path("uppfoljning/utford-tid/", views.performed_file, name="performed_file"),
    path("uppfoljning/utforare/<slug:code>/", views.followup_provider, name="followup_provider"),
    path("uppfoljning/utforare/<slug:code>/rapport/", views.provider_report, name="followup_provider_report"),
    path("enkater/", views.surveys, name="surveys"),
    path("enkater/papper/", views.survey_paper, name="survey_paper"),
    path("enkater/resultat/", views.survey_results, name="survey_results"),
    path("enkater/resultat.csv", views.survey_results_file, name="survey_results_file"),
    path("enkater/<int:year>/brev/", views.survey_letters, name="survey_letters"),
    path("enkater/<int:year>/publicera/", views.survey_publish, name="survey_publish"),
    path("ej-verkstallda/", views.not_executed, name="not_executed"),
    path("ej-verkstallda/fil/", views.not_executed_file, name="not_executed_file"),
    path("ej-verkstallda/<slug:reference>/<slug:service>/<slug:start>/", views.delay_reason, name="delay_reason"),
    path("synpunkter/", views.complaints, name="complaints"),
    path("synpunkter/ny/", views.new_complaint, name="new_complaint"),
    path("synpunkter/<slug:reference>/", views.complaint, name="complaint"),
    path("personer/<slug:reference>/synpunkt/", views.new_complaint, name="person_complaint"),
    path("utforare/<slug:code>/kontroll/", views.control, name="control"),
    path("utforare/<slug:code>/kontroll/uppgifter/", views.control_facts, name="control_facts"),
    path("utforare/<slug:code>/kontroll/avtalspunkt/", views.control_point, name="control_point"),
    path("utforare/<slug:code>/kontroll/gjord/", views.control_check, name="control_check"),
    path("utforare/<slug:code>/kontroll/rattad/<slug:check>/", views.control_remedy, name="control_remedy"),
]
