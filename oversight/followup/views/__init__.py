from oversight.followup.views.complaints import complaint, complaints, new_complaint
from oversight.followup.views.control import control, control_check, control_facts, control_point, control_remedy
from oversight.followup.views.not_executed import delay_reason, not_executed, not_executed_file
from oversight.followup.views.performed import performed_file
from oversight.followup.views.report import followup, followup_provider, followup_report, provider_report
from oversight.followup.views.survey import (
    survey_letters,
    survey_paper,
    survey_publish,
    survey_results,
    survey_results_file,
    surveys,
)

__all__ = [
    "complaint",
    "complaints",
    "control",
    "control_check",
    "control_facts",
    "control_point",
    "control_remedy",
    "delay_reason",
    "followup",
    "followup_provider",
    "followup_report",
    "new_complaint",
    "not_executed",
    "not_executed_file",
    "performed_file",
    "provider_report",
    "survey_letters",
    "survey_paper",
    "survey_publish",
    "survey_results",
    "survey_results_file",
    "surveys",
]
