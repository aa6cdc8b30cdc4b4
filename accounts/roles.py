"""Roles and rights, in one table. A role is a Django group of that name; a right is checked by name.

The people that a right applies to are limited separately: by areas (``Actor.areas``) and protected identity.
"""

from collections.abc import Iterable
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Right(StrEnum):
    # People.
    SEE_PERSONS = "see_persons"
    SEE_PROTECTED = "see_protected"
    # Approve another officer's request for the address of a protected person.
    GRANT_ADDRESS = "grant_address"
    WORK_LIST = "work_list"
    REGISTER_CHOICE = "register_choice"
    MAKE_OFFERS = "make_offers"
    EXPORT_LISTS = "export_lists"
    IMPORT_FILES = "import_files"
    # Destroying files takes two people with this right. An extract is everything stored about a person, for that
    # person.
    DESTROY_FILES = "destroy_files"
    MAKE_EXTRACT = "make_extract"
    # Runs and letters.
    PROPOSE_RUN = "propose_run"
    APPROVE_RUN = "approve_run"
    MAKE_LETTERS = "make_letters"
    # Figures, without personal data.
    SEE_FIGURES = "see_figures"
    # Decisions of the municipality. Approval is by a second person, never of one's own proposal.
    MANAGE_PROVIDERS = "manage_providers"
    APPROVE_QUOTAS = "approve_quotas"
    MANAGE_ROUNDS = "manage_rounds"
    MANAGE_TEXTS = "manage_texts"
    APPROVE_TEXTS = "approve_texts"
    MANAGE_USERS = "manage_users"
    # Payment of providers. Lines show people by initials and year of birth.
    REGISTER_ABSENCE = "register_absence"
    MANAGE_PAYMENT = "manage_payment"
    APPROVE_PAYMENT = "approve_payment"
    # The logs only.
    REVIEW_LOGS = "review_logs"
    # A provider's own people (docs/adr/0042): the provider's clients and orders; its accounts, presentation and terms.
    OWN_CLIENTS = "own_clients"
    OWN_PROVIDER = "own_provider"
    OWN_PAYMENT = "own_payment"


class Role(StrEnum):
    CASE_OFFICER = "case_officer"
    SENIOR_OFFICER = "senior_officer"
    ADMIN = "admin"
    LOG_REVIEWER = "log_reviewer"
    MANAGER = "manager"
    # Users of a provider, with exactly one provider and no other role (providers/sql/set_rights.sql).
    PROVIDER_STAFF = "provider_staff"
    PROVIDER_PROTECTED = "provider_protected"
    PROVIDER_ADMIN = "provider_admin"
    PAYMENTS_OFFICER = "payments_officer"


PROVIDER_ROLES = frozenset({Role.PROVIDER_STAFF, Role.PROVIDER_PROTECTED, Role.PROVIDER_ADMIN})

ROLE_NAMES = {
    Role.CASE_OFFICER: _("Biståndshandläggare"),
    Role.SENIOR_OFFICER: _("Ansvarig handläggare"),
    Role.ADMIN: _("Administratör"),
    Role.LOG_REVIEWER: _("Logggranskare"),
    Role.MANAGER: _("Verksamhetschef"),
    Role.PROVIDER_STAFF: _("Utförarens planerare"),
    Role.PROVIDER_PROTECTED: _("Utförarens planerare, med skyddade personer"),
    Role.PROVIDER_ADMIN: _("Utförarens administratör"),
    Role.PAYMENTS_OFFICER: _("Ekonomihandläggare"),
}

_OFFICER = frozenset(
    {
        Right.SEE_PERSONS,
        Right.WORK_LIST,
        Right.REGISTER_CHOICE,
        Right.REGISTER_ABSENCE,
        Right.MAKE_OFFERS,
        Right.SEE_FIGURES,
    }
)

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CASE_OFFICER: _OFFICER,
    Role.SENIOR_OFFICER: _OFFICER
    | {
        Right.SEE_PROTECTED,
        Right.GRANT_ADDRESS,
        Right.EXPORT_LISTS,
        Right.DESTROY_FILES,
        Right.MAKE_EXTRACT,
        Right.APPROVE_RUN,
        Right.MAKE_LETTERS,
        Right.APPROVE_QUOTAS,
        Right.APPROVE_TEXTS,
    },
    # Configures everything, and sees no personal data.
    Role.ADMIN: frozenset(
        {
            Right.SEE_FIGURES,
            Right.IMPORT_FILES,
            Right.PROPOSE_RUN,
            Right.MAKE_LETTERS,
            Right.MANAGE_PROVIDERS,
            Right.APPROVE_QUOTAS,
            Right.MANAGE_ROUNDS,
            Right.MANAGE_TEXTS,
            Right.APPROVE_TEXTS,
            Right.MANAGE_USERS,
        }
    ),
    Role.LOG_REVIEWER: frozenset({Right.REVIEW_LOGS}),
    Role.MANAGER: frozenset({Right.SEE_FIGURES}),
    Role.PROVIDER_STAFF: frozenset({Right.OWN_CLIENTS}),
    # Named by the provider: also the provider's clients with protected identity.
    Role.PROVIDER_PROTECTED: frozenset({Right.OWN_CLIENTS, Right.SEE_PROTECTED}),
    # Sees no client, like the municipality's administrator.
    Role.PROVIDER_ADMIN: frozenset({Right.OWN_PROVIDER, Right.OWN_PAYMENT}),
    # A payments officer proposes, and another one approves.
    Role.PAYMENTS_OFFICER: frozenset({Right.MANAGE_PAYMENT, Right.APPROVE_PAYMENT}),
}


def rights_of(role_names: Iterable[str]) -> frozenset[Right]:
    """All rights of these groups. Groups that are not roles give none."""
    known = [Role(name) for name in role_names if name in list(Role)]
    return frozenset().union(*(RIGHTS[role] for role in known))


def roles_with(right: Right) -> list[Role]:
    return [role for role, rights in RIGHTS.items() if right in rights]


def role_with(right: Right, role_names: Iterable[str]) -> Role | None:
    """The role among these groups that gives the right; None if no role does."""
    given = set(role_names)
    return next((role for role in Role if role in given and right in RIGHTS[role]), None)
