"""The pages of a provider's own people."""

from tests.access.rows import MISSING, OK, PLANNERS, PROVIDERS, SENT_ON, Case, Row

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
    Row("portal:clients", PLANNERS),
    Row("portal:client", PLANNERS, of="client"),
]
