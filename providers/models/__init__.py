from providers.models.member import ProviderMember
from providers.models.municipality import Municipality, NightDecides, NightMode, NoAnswerRule, PolicyFields, SwitchRule
from providers.models.own_words import OwnWords
from providers.models.presentation import ProviderProfile, SurveyResult
from providers.models.profile_change import ProfileChange
from providers.models.quota_change import QuotaChange
from providers.models.terms import (
    Area,
    AreaPostcode,
    Ceiling,
    Contract,
    Guarantee,
    Provider,
    ServiceType,
    ShareStep,
)

__all__ = [
    "Area",
    "AreaPostcode",
    "Ceiling",
    "Contract",
    "Guarantee",
    "Municipality",
    "NightDecides",
    "NightMode",
    "NoAnswerRule",
    "OwnWords",
    "PolicyFields",
    "ProfileChange",
    "Provider",
    "ProviderMember",
    "ProviderProfile",
    "QuotaChange",
    "ServiceType",
    "ShareStep",
    "SurveyResult",
    "SwitchRule",
]
