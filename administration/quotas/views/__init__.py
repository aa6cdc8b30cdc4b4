from administration.quotas.views.contract import intake, new_contract, permit, provider_exit
from administration.quotas.views.files import quota_file, quota_sheet
from administration.quotas.views.handover import handover_days
from administration.quotas.views.night import night_decides
from administration.quotas.views.notice import notice_calendar
from administration.quotas.views.own_words import own_words
from administration.quotas.views.profile import (
    profile,
    profile_change,
    profile_change_step,
    profile_edit,
    profile_preview,
)
from administration.quotas.views.proposal import proposal, proposal_step
from administration.quotas.views.providers import new_provider, provider, providers
from administration.quotas.views.quota import contract_quota, ramp, remove_step

__all__ = [
    "contract_quota",
    "handover_days",
    "intake",
    "new_contract",
    "new_provider",
    "night_decides",
    "notice_calendar",
    "own_words",
    "permit",
    "profile",
    "profile_change",
    "profile_change_step",
    "profile_edit",
    "profile_preview",
    "proposal",
    "proposal_step",
    "provider",
    "provider_exit",
    "providers",
    "quota_file",
    "quota_sheet",
    "ramp",
    "remove_step",
]
