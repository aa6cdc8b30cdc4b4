"""Login by letter code and birth date. Errors do not reveal which of them is wrong (ADR 11)."""

from enum import StrEnum

from django.db import transaction
from django.db.models import F

from accounts.actors import Actor
from audit.services import record
from choices import identity
from citizens.login import limits
from citizens.login.models import LetterCode
from common import clock
from common import letter_codes as codes

# Maximum number of wrong birth dates for a valid code.
MOST_WRONG_DATES = 30


class CodeRefusal(StrEnum):
    """Reason of a refusal. Only a citizen with both code and birth date learns that the code has ended."""

    WRONG = "wrong"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"
    NOT_YET = "not_yet"
    ENDED = "ended"


class CodeRefused(Exception):
    def __init__(self, why: CodeRefusal, code: LetterCode | None = None) -> None:
        super().__init__(why.value)
        self.why, self.code = why, code


def open_by_code(*, code: str, birth_date: str, address: str) -> LetterCode:
    """The code's row, with its person. ``code`` from ``codes.parse``, ``birth_date`` from ``identity.typed_date``. The
    caller signs the person in.

    ``last_used_at`` is the time of the previous use.

    Raises:
        CodeRefused: with the reason.
    """
    digest = codes.digest(code)
    try:
        return _use(_found(digest, birth_date, address))
    except limits.LimitsUnavailable as error:
        raise CodeRefused(CodeRefusal.UNAVAILABLE) from error


def _found(digest: str, birth_date: str, address: str) -> LetterCode:
    try:
        tries = limits.take(address=address, digest=digest)
    except limits.TooManyTries as error:
        limits.tell_of_failure(error.in_all)
        raise CodeRefused(CodeRefusal.TOO_MANY) from error
    found = LetterCode.objects.filter(digest=digest).select_related("person", "round", "offer").first()
    # The date as in the number, which the page asks for.
    if found is None or not identity.is_date_of(birth_date, found.person.identity_number):
        limits.tell_of_failure(tries)
        if found is not None:
            _note_wrong_date(found)
        raise CodeRefused(CodeRefusal.WRONG)
    limits.give_back(address=address, digest=digest)
    return found


@transaction.atomic
def _note_wrong_date(found: LetterCode) -> None:
    code = LetterCode.objects.select_for_update().get(pk=found.pk)
    code.wrong_dates += 1
    if code.wrong_dates >= MOST_WRONG_DATES and code.ended_at is None:
        code.ended_at, code.ended_why = clock.now(), LetterCode.Ended.GUESSED
    code.save(update_fields=["wrong_dates", "ended_at", "ended_why"])
    record(
        actor=Actor.system("citizen_doors"),
        action="citizen.wrong_birth_date",
        person_reference=found.person.reference,
        data={"wrong_dates": code.wrong_dates, "ended": code.ended_why},
    )


def _use(found: LetterCode) -> LetterCode:
    day = clock.today()
    if found.ended_at is None and found.is_early(day):
        raise CodeRefused(CodeRefusal.NOT_YET, found)
    if not found.in_force(day) or found.person.is_protected:
        raise CodeRefused(CodeRefusal.ENDED, found)
    LetterCode.objects.filter(pk=found.pk).update(used=F("used") + 1, last_used_at=clock.now())
    return found
