"""Access rights of every page: one file per room, discovered automatically.

To add a page, add a row to ``ROWS`` in the file of its room (or in a new file here)::

    Row("casework:person", OFFICERS, of="person")

Name of the URL, roles with access, kind of object. The test requests it as every role, for an object of the own area,
one of another area and a protected one. Roles in the row get the page for objects they may see and 404 for others;
other roles get 403; a visitor and a citizen are sent to staff sign-in. On the citizens' own pages everybody else is
sent to citizen sign-in. ``gives``: another status than 200 (``SENT_ON`` after a form); ``but``: exceptions by role;
``method``: for POST. Methods without a row must be closed to everybody.

Access to a protected person requires a reason: the table expects that of every page about a person. A new kind of
object is added in ``tests/access/objects.py``. A page with rules of its own states in ``answers`` the result for
those who see the object.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from django.urls import reverse


class Who(StrEnum):
    """Requesters. CASE has the area norra, ELSEWHERE södra, SENIOR both."""

    VISITOR = "visitor"
    CASE = "case_officer"
    ELSEWHERE = "case_officer_elsewhere"
    SENIOR = "senior_officer"
    ADMIN = "admin"
    REVIEWER = "log_reviewer"
    MANAGER = "manager"
    # Users of the town's first company: a planner, one named for protected people, and the administrator.
    PROVIDER = "provider_staff"
    PROVIDER_NAMED = "provider_protected"
    PROVIDER_ADMIN = "provider_admin"
    PAYMENTS = "payments_officer"
    # A citizen with care: the town's person.
    CITIZEN = "citizen"


class Case(StrEnum):
    OWN = "own"
    OTHERS = "others"
    PROTECTED = "protected"


EVERYBODY = frozenset(Who)
CITIZEN = frozenset({Who.CITIZEN})
SIGNED_IN = EVERYBODY - {Who.VISITOR} - CITIZEN
PROVIDERS = frozenset({Who.PROVIDER, Who.PROVIDER_NAMED, Who.PROVIDER_ADMIN})
PLANNERS = PROVIDERS - {Who.PROVIDER_ADMIN}
PROVIDER_ADMIN = frozenset({Who.PROVIDER_ADMIN})
STAFF = SIGNED_IN - PROVIDERS
OFFICERS = frozenset({Who.CASE, Who.ELSEWHERE, Who.SENIOR})
SENIOR = frozenset({Who.SENIOR})
ADMIN = frozenset({Who.ADMIN})
REVIEWER = frozenset({Who.REVIEWER})
PAYMENTS = frozenset({Who.PAYMENTS})
FIGURES = OFFICERS | {Who.ADMIN, Who.MANAGER}

OK, SENT_ON, FORBIDDEN, MISSING = 200, 302, 403, 404
# Allowed, but the form version is stale: the rows post no version.
OUTDATED = 409
# Allowed, but the form is incomplete.
UNREADABLE = 422
SIGN_IN = "to sign in"
LOGIN = "redirect to citizen login"
ASKED_WHY = "to the page that asks for a reason"

# Position of the object's reference in a URL with several arguments.
THE_OBJECT = "*"

# Kinds of objects that belong to an area and no person: no reason is required.
OF_AN_AREA = frozenset({"queue"})

# Identified by number: a person's reference does not fit in the URL.
NUMBERED = frozenset({"contract", "ceiling", "appeal", "survey"})

# Objects visible to each requester, for requesters with limited visibility.
SEES: dict[Who, frozenset[Case]] = {
    Who.CASE: frozenset({Case.OWN}),
    Who.ELSEWHERE: frozenset({Case.OTHERS}),
    Who.SENIOR: frozenset(Case),
    # Of a client: the provider's own, another provider's, and a protected one of its own.
    Who.PROVIDER: frozenset({Case.OWN}),
    Who.PROVIDER_NAMED: frozenset({Case.OWN, Case.PROTECTED}),
}


@dataclass(frozen=True)
class Row:
    """``of`` is a kind of object, ``arguments`` the URL arguments. See the top of this file."""

    name: str
    who: frozenset[Who]
    of: str = ""
    arguments: tuple[str, ...] = ()
    method: str = "get"
    gives: int = OK
    data: dict[str, str] = field(default_factory=dict, hash=False)
    answers: dict[Case, int | str] = field(default_factory=dict, hash=False)
    # Exceptions: requesters with another status than the rest.
    but: dict[Who, int | str] = field(default_factory=dict, hash=False)

    def address(self, reference: str) -> str:
        arguments = self.arguments or ((THE_OBJECT,) if self.of else ())
        return reverse(self.name, args=[reference if word == THE_OBJECT else word for word in arguments])

    def expects(self, who: Who, case: Case, *, varies: bool, said_why: bool = False) -> int | str:
        """``varies``: there are three such objects; otherwise everybody in ``who`` sees the only one."""
        if who not in self.who:
            if self.name.startswith("citizens:"):
                return LOGIN
            return FORBIDDEN if who in SIGNED_IN else SIGN_IN
        if who in self.but:
            return self.but[who]
        if varies and case not in SEES.get(who, frozenset()):
            return MISSING
        if case in self.answers:
            return self.answers[case]
        asks = case == Case.PROTECTED and self.of not in OF_AN_AREA
        return ASKED_WHY if asks and not said_why else self.gives
