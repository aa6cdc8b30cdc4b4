"""Providers, contracts, quotas and public texts: changed by admins, approved by them and senior officers."""

from tests.access.rows import ADMIN, SENIOR, SENT_ON, THE_OBJECT, Row

READERS = SENIOR | ADMIN
LINDENS = ("lindens",)
TEXTS = ("lindens", "texter", "sv")

ROWS = [
    Row("casework:providers", READERS),
    Row("casework:provider", READERS, arguments=LINDENS),
    Row("casework:new_provider", ADMIN),
    Row("casework:new_provider", ADMIN, method="post", gives=422),
    Row("casework:new_contract", ADMIN, arguments=LINDENS),
    Row("casework:new_contract", ADMIN, arguments=LINDENS, method="post", gives=422),
    Row("casework:permit", ADMIN, arguments=LINDENS),
    Row("casework:permit", ADMIN, arguments=LINDENS, method="post", gives=422),
    Row("casework:provider_exit", ADMIN, arguments=LINDENS),
    Row("casework:provider_exit", ADMIN, arguments=LINDENS, method="post", gives=422),
    Row("casework:intake", ADMIN, of="contract"),
    Row("casework:intake", ADMIN, of="contract", method="post", gives=422),
    Row("casework:contract_quota", ADMIN, of="contract", arguments=(THE_OBJECT, "tak")),
    Row("casework:contract_quota", ADMIN, of="contract", arguments=(THE_OBJECT, "tak"), method="post", gives=422),
    Row("casework:ramp", ADMIN, arguments=("norra",)),
    Row("casework:ramp", ADMIN, arguments=("norra",), method="post", gives=422),
    Row("casework:remove_step", ADMIN, of="ceiling", arguments=("tak", THE_OBJECT), method="post", gives=SENT_ON),
    Row("casework:night_decides", ADMIN),
    Row("casework:night_decides", ADMIN, method="post", gives=422),
    Row("casework:handover_days", ADMIN),
    Row("casework:handover_days", ADMIN, method="post", gives=422),
    Row("casework:own_words", ADMIN),
    Row("casework:own_words", ADMIN, method="post", gives=422),
    Row("casework:notice_calendar", ADMIN),
    Row("casework:notice_calendar", ADMIN, method="post", gives=422),
    Row("casework:quota_file", ADMIN),
    Row("casework:quota_file", ADMIN, method="post", gives=422),
    Row("casework:quota_sheet", ADMIN),
    Row("casework:quota_proposal", READERS, of="quota_change"),
    Row(
        "casework:quota_proposal_step",
        READERS,
        of="quota_change",
        arguments=(THE_OBJECT, "avsla"),
        method="post",
        gives=SENT_ON,
    ),
    Row("casework:profile", READERS, arguments=LINDENS),
    Row("casework:profile_edit", ADMIN, arguments=TEXTS),
    Row("casework:profile_edit", ADMIN, arguments=TEXTS, method="post", gives=422),
    Row("casework:profile_change", READERS, of="profile_change"),
    Row("casework:profile_preview", READERS, of="profile_change"),
    Row(
        "casework:profile_change_step",
        READERS,
        of="profile_change",
        arguments=(THE_OBJECT, "avsla"),
        method="post",
        gives=SENT_ON,
    ),
]
