"""Follow-up: figures without people; complaints and decisions not executed by those who may see the people."""

from tests.access.rows import (
    ADMIN,
    CITIZEN,
    EVERYBODY,
    FIGURES,
    OFFICERS,
    SENIOR,
    SENT_ON,
    THE_OBJECT,
    UNREADABLE,
    Row,
)  # fmt: skip

COMPANY = ("lindens",)
CHECK = ("lindens", THE_OBJECT)
GAP = (THE_OBJECT, "hemtjanst", "2015-01-01")
DELAY = {"reason": "away", "note": ""}
COMPLAINT = {
    "provider": "lindens", "kind": "time", "channel": "phone", "received_on": "2020-11-20", "text": "Kommer för sent"
}  # fmt: skip

ROWS = [
    Row("casework:followup", FIGURES),
    Row("casework:followup_report", FIGURES),
    Row("casework:followup_provider", FIGURES, arguments=COMPANY),
    Row("casework:followup_provider_report", FIGURES, arguments=("kommunen",)),
    Row("casework:performed_file", ADMIN),
    Row("casework:performed_file", ADMIN, method="post", gives=UNREADABLE),
    Row("casework:not_executed", OFFICERS),
    Row("casework:not_executed_file", SENIOR),
    Row("casework:delay_reason", OFFICERS, of="gap", arguments=GAP),
    Row("casework:delay_reason", OFFICERS, of="gap", arguments=GAP, method="post", data=DELAY, gives=SENT_ON),
    Row("casework:complaints", OFFICERS),
    Row("casework:new_complaint", OFFICERS),
    Row("casework:new_complaint", OFFICERS, method="post", data=COMPLAINT, gives=SENT_ON),
    Row("casework:person_complaint", OFFICERS, of="person"),
    Row("casework:person_complaint", OFFICERS, of="person", method="post", data=COMPLAINT, gives=SENT_ON),
    Row("casework:complaint", OFFICERS, of="complaint"),
    Row("casework:complaint", OFFICERS, of="complaint", method="post", gives=UNREADABLE),
    Row("casework:control", ADMIN, arguments=COMPANY),
    Row("casework:control_facts", ADMIN, arguments=COMPANY, method="post", gives=UNREADABLE),
    Row("casework:control_point", ADMIN, arguments=COMPANY, method="post", gives=UNREADABLE),
    Row("casework:control_check", ADMIN, arguments=COMPANY, method="post", gives=UNREADABLE),
    Row("casework:control_remedy", ADMIN, of="check", arguments=CHECK, method="post", gives=UNREADABLE),
    Row("casework:surveys", FIGURES),
    Row("casework:surveys", ADMIN, method="post", gives=UNREADABLE),
    Row("casework:survey_letters", ADMIN | SENIOR, of="survey", method="post", gives=SENT_ON),
    Row("casework:survey_results", FIGURES),
    Row("casework:survey_results_file", FIGURES),
    Row("casework:survey_paper", OFFICERS),
    Row("casework:survey_paper", OFFICERS, method="post", gives=UNREADABLE),
    Row("casework:survey_publish", ADMIN, of="survey", method="post", gives=SENT_ON),
    Row("survey:by_code", EVERYBODY),
    Row("survey:by_code", EVERYBODY, method="post", gives=UNREADABLE),
    Row("survey:thanks", EVERYBODY),
    Row("citizens:survey", CITIZEN),
    Row("citizens:survey", CITIZEN, method="post", gives=UNREADABLE),
]
