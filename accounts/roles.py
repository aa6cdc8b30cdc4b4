"""Who may do what, in one table. A role is a Django group of that name; a right is asked for by name."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Right(StrEnum):
    SEE_PERSONS = "see_persons"
    SEE_PROTECTED = "see_protected"
    REGISTER_CHOICE = "register_choice"
    IMPORT_FILES = "import_files"
    PROPOSE_RUN = "propose_run"
    APPROVE_RUN = "approve_run"
    SEE_FIGURES = "see_figures"
    MANAGE_PROVIDERS = "manage_providers"
    MAKE_LETTERS = "make_letters"


class Role(StrEnum):
    CASE_OFFICER = "case_officer"
    SENIOR_OFFICER = "senior_officer"
    ADMIN = "admin"
    MANAGER = "manager"


ROLE_NAMES = {
    Role.CASE_OFFICER: _("Biståndshandläggare"),
    Role.SENIOR_OFFICER: _("Ansvarig handläggare"),
    Role.ADMIN: _("Administratör"),
    Role.MANAGER: _("Verksamhetschef"),
}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CASE_OFFICER: frozenset({Right.SEE_PERSONS, Right.REGISTER_CHOICE, Right.SEE_FIGURES}),
    Role.SENIOR_OFFICER: frozenset(
        {
            Right.SEE_PERSONS,
            Right.SEE_PROTECTED,
            Right.REGISTER_CHOICE,
            Right.SEE_FIGURES,
            Right.APPROVE_RUN,
            Right.MAKE_LETTERS,
        }
    ),
    Role.ADMIN: frozenset(
        {Right.SEE_FIGURES, Right.IMPORT_FILES, Right.PROPOSE_RUN, Right.MANAGE_PROVIDERS, Right.MAKE_LETTERS}
    ),
    Role.MANAGER: frozenset({Right.SEE_FIGURES}),
}


def rights_of(role_names: list[str]) -> frozenset[Right]:
    """All rights of somebody in these groups. Groups that are not roles give nothing."""
    known = [Role(name) for name in role_names if name in list(Role)]
    return frozenset().union(*(RIGHTS[role] for role in known))
