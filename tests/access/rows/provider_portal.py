"""The pages of a provider's own people."""

from tests.access.rows import (
    ADMIN,
    EVERYBODY,
    MISSING,
    OK,
    PLANNERS,
    PROVIDER_ADMIN,
    PROVIDERS,
    SENT_ON,
    THE_OBJECT,
    UNREADABLE,
    Case,
    Row,
)

REASON = {"reason": "Planerar första besöket"}

ROWS = [
    Row("portal:home", PROVIDERS),
    Row("portal:reason", PLANNERS, of="client", answers={Case.OWN: MISSING, Case.PROTECTED: OK}),
    Row(
        "portal:reason",
        PLANNERS,
        of="client",
        method="post",
        data=REASON,
        answers={Case.OWN: MISSING, Case.PROTECTED: SENT_ON},
    ),
    # To begin with an invitation; without one there is no second page.
    Row("portal:begin", EVERYBODY),
    Row("portal:begin", EVERYBODY, method="post", gives=UNREADABLE),
    Row("portal:accept", EVERYBODY, gives=SENT_ON),
    Row("portal:accept", EVERYBODY, method="post", gives=SENT_ON),
    Row("portal:accounts", PROVIDER_ADMIN),
    Row("portal:invite", PROVIDER_ADMIN),
    Row("portal:invite", PROVIDER_ADMIN, method="post", gives=UNREADABLE),
    Row("portal:account", PROVIDER_ADMIN, of="colleague"),
    Row("portal:account", PROVIDER_ADMIN, of="colleague", method="post", gives=UNREADABLE),
    Row("portal:account", PROVIDER_ADMIN, of="other_provider_user", gives=MISSING),
    Row(
        "portal:account_step",
        PROVIDER_ADMIN,
        of="colleague",
        arguments=(THE_OBJECT, "stang"),
        method="post",
        gives=SENT_ON,
    ),
    Row("casework:provider_accounts", ADMIN, arguments=("lindens",)),
    Row("casework:provider_invite", ADMIN, arguments=("lindens",)),
    Row("casework:provider_invite", ADMIN, arguments=("lindens",), method="post", gives=UNREADABLE),
    Row("casework:provider_account", ADMIN, of="colleague", arguments=("lindens", THE_OBJECT)),
    Row(
        "casework:provider_account",
        ADMIN,
        of="colleague",
        arguments=("lindens", THE_OBJECT),
        method="post",
        gives=UNREADABLE,
    ),
    Row(
        "casework:provider_account_step",
        ADMIN,
        of="colleague",
        arguments=("lindens", THE_OBJECT, "stang"),
        method="post",
        gives=SENT_ON,
    ),
    Row("portal:clients", PLANNERS),
    Row("portal:client", PLANNERS, of="client"),
]
