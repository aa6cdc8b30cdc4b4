"""Change of a person's identity number: one record remains, and is found by both."""

from typing import Any

from django.db.models import Exists, OuterRef

from accounts.actors import Actor
from audit.services import record
from choices import identity
from choices.models import MandateHolder, Person, RegisterTask
from choices.protection import set_protection
from choices.registers.navet.posts import OLD_NUMBER, Post
from choices.signals import announce

REASON = "Folkbokföringen"
# Deferred while two records swap numbers in a transaction.
_MEANWHILE = "00000000TEMP"


def follow(post: Post) -> bool:
    """Make one record of those with the post's two numbers, if one of them has no help. Returns whether anything
    changed.
    """
    if not post.other_number:
        return False
    new, old = post.number, post.other_number
    if post.gone in OLD_NUMBER:
        new, old = old, new
    changed = _follow(post, new, old)
    return _renumber_holders(new, old) or changed


def _follow(post: Post, new: str, old: str) -> bool:
    # With several numbers: the record that each leads to.
    of_new, of_old = (locked_remaining(identity_number=number) for number in (new, old))
    if of_new is None:
        return of_old is not None and _renumber(of_old, new)
    if of_old is None or of_old == of_new:
        return False
    if of_new.deceased_on == of_old.deceased_on:
        if _is_bare(of_old):
            return _merge(of_old, of_new)
        if _is_bare(of_new):
            _exchange(of_old, of_new)
            return _merge(of_new, of_old)
    # Both records have had help, or one is dead: an officer decides which placement, decisions and day are valid. Until
    # then protection of either protects both.
    for one, other in ((of_new, of_old), (of_old, of_new)):
        _protect_like(one, other)
    RegisterTask.objects.get_or_create(person=of_new, kind=RegisterTask.Kind.MERGE, told=post.changed_at)
    return False


def _renumber_holders(new: str, old: str) -> bool:
    """Move mandates that the person holds to the number of the remaining record: protection and death are looked up
    by it, also when the old number never had a record here.
    """
    number = number_now(new)
    moved = MandateHolder.objects.filter(identity_number__in=(new, old)).exclude(identity_number=number)
    if not moved.update(identity_number=number):
        return False
    for pk in Person.objects.filter(identity_number=number).values_list("pk", flat=True):
        announce(person_id=pk)
    return True


def _renumber(person: Person, new: str) -> bool:
    """Move the record to the new number; an empty record keeps the old number and refers to it."""
    old = person.identity_number
    _set_number(person, new)
    Person.objects.create(
        identity_number=old,
        identity_kind=identity.kind_of(old),
        given_name=person.given_name,
        family_name=person.family_name,
        area=person.area,
        confidential=person.confidential,
        protected_registration=person.protected_registration,
        merged_into=person,
    )
    _record(person)
    return True


def _merge(bare: Person, other: Person) -> bool:
    # Protection of either record protects both.
    flags = {name: getattr(bare, name) or getattr(other, name) for name in ("confidential", "protected_registration")}
    hidden = {"care_of": "", "street": "", "postal_code": "", "town": ""} if flags["protected_registration"] else {}
    Person.objects.filter(pk=other.pk).update(**flags, **hidden)
    bare.merged_into = other
    bare.save(update_fields=["merged_into", "sort_name"])
    _move_work(bare, other)
    # Letters to either, or to mandates held by either, may be on their way.
    for each in (bare, other):
        announce(person_id=each.pk)
    _record(other)
    return True


def _move_work(bare: Person, other: Person) -> None:
    """Reports to judge, and scanned forms, are work about the record that remains."""
    theirs = RegisterTask.objects.filter(person=other, kind=OuterRef("kind"), told=OuterRef("told"))
    bare.register_tasks.exclude(Exists(theirs)).update(person=other)
    if hasattr(bare, "scans"):
        bare.scans.update(person=other)


def _protect_like(person: Person, other: Person) -> None:
    set_protection(
        person=person,
        confidential=person.confidential or other.confidential,
        protected_registration=person.protected_registration or other.protected_registration,
        reason=REASON,
        actor=Actor.system("population_register"),
    )


def _exchange(one: Person, other: Person) -> None:
    first, second = one.identity_number, other.identity_number
    Person.objects.filter(pk=one.pk).update(identity_number=_MEANWHILE)
    _set_number(other, first)
    _set_number(one, second)


def _set_number(person: Person, number: str) -> None:
    person.identity_number, person.identity_kind = number, identity.kind_of(number)
    person.save(update_fields=["identity_number", "identity_kind", "sort_name"])


def _is_bare(person: Person) -> bool:
    """Whether the record has no help: only its row and choices, which a merger moves to the other record."""
    kept = ("placements", "care_decisions", "offers", "household_memberships", "mandates", "absences")
    return not any(hasattr(person, name) and getattr(person, name).exists() for name in kept)


def locked_remaining(**which: Any) -> Person | None:
    """The record that remains of the person with this record, locked. ``which``: fields that name one record."""
    found = Person.objects.select_for_update().filter(**which).first()
    if found is None or found.merged_into_id is None:
        return found
    return Person.objects.select_for_update().get(pk=found.merged_into_id)


def number_now(number: str) -> str:
    """The number of the record that remains of the person with ``number``; itself for people without a record."""
    person = Person.objects.filter(identity_number=number).first()
    return person.remaining.identity_number if person else number


def _record(person: Person) -> None:
    record(actor=Actor.system("population_register"), action="register.new_number", person_reference=person.reference)
