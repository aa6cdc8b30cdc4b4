"""Search for a person in one field: identity number or its beginning, reference, phone number, names, address."""

import datetime
import re
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, Prefetch, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Collate

from accounts.actors import Actor
from allocation.models import ContactTask, Offer, Placement
from choices import identity
from choices.models import Choice, Person
from choices.registers.merging import number_now
from choices.selectors import visible_persons
from choices.swedish_order import sort_key
from common import clock
from common.log_lines import without_numbers
from common.references import LENGTH
from letters.models import PaperForm
from letters.selectors import visible_letters
from secrecy.protected import protected

MOST = 50
# Minimum similarity of a misspelled word, of 1: one wrong or two transposed letters. And the maximum number of matches.
ALIKE = 0.33
MOST_ALIKE = 20

_IDENTITY = re.compile(r"^\d{6}(\d{2})?([-+]?[\dA-Z]{0,4})?$", re.ASCII)
_PHONE = re.compile(r"^(\+46|0)[\d\s()–-]{4,}$")
_POSTCODE = re.compile(r"\b(\d{3}) (\d{2})\b")
_REFERENCE = re.compile(rf"^[2-9A-HJKMNP-TV-Z]{{{LENGTH}}}$")


@dataclass(frozen=True)
class Found:
    """``references`` of persons, best first, at most ``MOST``. ``sure``: a single exact match; ``alike``: only similar
    names. ``words``: the search text, without numbers.
    """

    references: list[str]
    words: str
    sure: bool = False
    alike: bool = False
    more: bool = False
    hint: str = ""


def find(*, text: str, actor: Actor) -> Found:
    """Search among the people that ``actor`` may see; other people's references match nobody."""
    text = " ".join(text.split())
    asked = without_numbers(text)
    if not text:
        return Found([], "")
    if reference := _person_of(text, actor):
        return Found([reference], asked, sure=True)
    # "070-174 06 05" cannot be a birth date; "040506-0700" may be a phone number too: the identity number is tried
    # first.
    if _IDENTITY.match(number := identity.normalise(text)) and not text.startswith("+"):
        found = _by_number(number, actor)
        if found.references or not _PHONE.match(text):
            return found
    if _PHONE.match(text):
        return _by_words([re.sub(r"^\+46\D*0?", "0", text)], "", actor, digits=True)
    return _by_words(_POSTCODE.sub(r"\1\2", text).split(), asked, actor)


def _person_of(text: str, actor: Actor) -> str | None:
    """Person of this reference, or of the letter, form, choice, offer or call with this reference."""
    reference = re.sub(r"[\s-]", "", text).upper()
    if not _REFERENCE.match(reference):
        return None
    owner = Person.objects.filter(reference=reference).first()
    if owner is None and (letter := visible_letters(actor=actor).filter(reference=reference).first()):
        owner = letter.person
    for model in (Choice, Offer, ContactTask, PaperForm):
        if owner is None and (named := model.objects.filter(reference=reference).select_related("person").first()):
            owner = named.person
    # Papers of a merged record lead to the one that remains.
    if owner is None or not visible_persons(actor=actor).filter(pk=owner.remaining.pk).exists():
        return None
    return owner.remaining.reference


def _by_number(number: str, actor: Actor) -> Found:
    """A full number, or its beginning from the date of birth on, with two or four digits for the year.

    With two digits people of every century match, whatever the separator: the officer sees who it is.
    """
    hint, whole = "", False
    signs = re.sub(r"[-+]", "", number)
    try:
        parsed = identity.parse(number)[0]
        whole = len(signs) == 12
    except identity.IdentityNumberError as error:
        hint = str(error)
    if whole:
        # A number that the person had before is that of the record that remains.
        now = number_now(parsed)
        match = Q(identity_number=now)
    else:
        centuries = ("", "18", "19", "20") if len(signs) <= 10 else ("",)
        match = Q(*(("identity_number__startswith", century + signs) for century in centuries), _connector=Q.OR)
    # Only the full number matches a protected person: its beginning would reveal the date of birth.
    said = now if whole else signs
    unsaid = protected() & ~Q(identity_number__endswith=said) if len(signs) >= 10 else protected()
    people = visible_persons(actor=actor).filter(match).exclude(unsaid).order_by("identity_number")
    found = list(people.values_list("reference", "identity_number")[: MOST + 1])
    references = [reference for reference, _number in found]
    return Found(
        references[:MOST],
        without_numbers(number),
        sure=len(found) == 1 and found[0][1].endswith(said),
        more=len(references) > MOST,
        hint="" if references or len(signs) not in (10, 12) else hint,
    )


def _by_words(words: list[str], asked: str, actor: Actor, *, digits: bool = False) -> Found:
    keys = _keys([re.sub(r"\D", "", word) for word in words] if digits else words)
    # One letter is too little, except in scripts in which it is a word.
    if not keys or all(len(key) < 2 and key.isascii() for key in keys):
        return Found([], asked)
    persons = visible_persons(actor=actor)
    begins = persons
    for key in keys:
        # "Ängsvägen 14" does not match postcodes beginning with 14.
        whole = key.isdigit() and len(key) < 5
        begins = begins.filter(search_key__contains=f" {key} " if whole else f" {key}")
    # Exact names precede names that only sound alike.
    spelled = Q()
    for word in words:
        spelled &= Q(sort_name__contains=sort_key(word))
    exact = Case(When(spelled, then=Value(0)), default=Value(1))
    references = list(
        begins.order_by(exact, Collate("order_key", "C"), "id").values_list("reference", flat=True)[: MOST + 1]
    )
    if references:
        return Found(references[:MOST], asked, sure=len(references) == 1, more=len(references) > MOST)
    return Found([] if digits else _alike(keys, persons), asked, alike=True)


def _keys(words: list[str]) -> list[str]:
    """Keys computed by the database's own function. A word with a hyphen is two."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT choices_search_key(%s)", [" ".join(words)])
        return str(cursor.fetchone()[0]).split()


def _alike(keys: list[str], persons: QuerySet[Person]) -> list[str]:
    """Every word must resemble some part of the name or address; the most similar first."""
    likeness: Combinable = Value(0.0)
    for key in keys:
        persons = persons.filter(search_key__trigram_word_similar=key)
        likeness = likeness + TrigramWordSimilarity(key, "search_key")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(ALIKE)])
        ordered = persons.annotate(likeness=likeness).order_by("-likeness", Collate("order_key", "C"), "id")
        return list(ordered.values_list("reference", flat=True)[:MOST_ALIKE])


def shown(*, references: list[str], actor: Actor, day: datetime.date | None = None) -> list[Person]:
    """Matches of ``references`` that ``actor`` may still see, in that order, with their provider on ``day``."""
    that_day = Placement.objects.on(day or clock.today()).select_related("contract__provider")
    persons = (
        visible_persons(actor=actor)
        .filter(reference__in=references)
        .select_related("area")
        .prefetch_related(Prefetch("placements", that_day, to_attr="placements_that_day"))
    )
    place = {reference: number for number, reference in enumerate(references)}
    return sorted(persons, key=lambda person: place[person.reference])
