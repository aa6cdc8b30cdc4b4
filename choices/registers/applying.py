"""Application of register posts about people in our care: in order, once.

Protection is set at once and never lifted here; a death stops everything in progress; what needs judgement becomes a
task. A post older than the record's position changes nothing.
"""

import calendar
import datetime
import re
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.actors import Actor
from audit.services import record
from choices import identity
from choices.models import Person, RegisterMark, RegisterTask
from choices.protection import set_protection
from choices.registers import merging
from choices.registers.death_listeners import tell_deaths
from choices.registers.navet import envelope
from choices.registers.navet.posts import DEAD, EMIGRATED, OLD_NUMBER, Post
from choices.signals import announce
from common import clock

_Kind = RegisterTask.Kind
# Changed by protection.
_FLAGS_AND_HOME = ("confidential", "protected_registration", "care_of", "street", "postal_code", "town")


def actor() -> Actor:
    return Actor.system("population_register")


@transaction.atomic
def protect(posts: Iterable[Post]) -> int:
    """Set protection given in the posts before anything else is applied. Returns the number newly protected."""
    flagged = [post for post in posts if post.confidential or post.protected]
    count = 0
    for post, person in _in_care(flagged):
        if not _is_news(post, person):
            continue
        count += _set_flags(person, post)
    return count


@transaction.atomic
def follow(posts: Iterable[Post]) -> tuple[int, int]:
    """Apply posts in order. Returns the number about people in our care, and the number that changed something."""
    found = changed = 0
    dead: list[int] = []
    for post, person in _in_care(list(posts)):
        found += 1
        if not _is_news(post, person):
            continue
        changes = _set_flags(person, post)
        if _tells_of_two_numbers(post):
            changes |= merging.follow(post)
            # The record may have been merged into the other one: the rest of the post is about that one.
            person = merging.locked_remaining(pk=person.pk) or person
        if _is_news(post, person):
            was_dead = person.deceased_on is not None
            changes |= _follow(post, person)
            if person.deceased_on is not None and not was_dead:
                dead.append(person.pk)
            if post.changed_at:
                RegisterMark.objects.update_or_create(person=person, defaults={"changed_at": post.changed_at})
        changed += changes
    tell_deaths(dead)
    return found, changed


def _in_care(posts: Collection[Post]) -> Iterable[tuple[Post, Person]]:
    """Each post with its record, locked. Identity numbers of other people are discarded here."""
    numbers = {number for post in posts for number in post.numbers}
    known = set(Person.objects.filter(identity_number__in=numbers).values_list("identity_number", flat=True))
    for post in posts:
        number = next((number for number in post.numbers if number in known), None)
        person = merging.locked_remaining(identity_number=number) if number else None
        if person is not None:
            yield post, person


def _is_news(post: Post, person: Person) -> bool:
    mark = RegisterMark.objects.filter(person=person).values_list("changed_at", flat=True).first()
    return not (post.changed_at and mark and post.changed_at <= mark)


def _tells_of_two_numbers(post: Post) -> bool:
    return post.gone in OLD_NUMBER or bool(post.other_number and post.gone in ("", DEAD, EMIGRATED))


def _follow(post: Post, person: Person) -> bool:
    fields = _names(post, person)
    if post.gone == DEAD:
        fields |= _death(post, person)
    elif post.gone == EMIGRATED:
        _task(person, _Kind.EMIGRATED, post)
    elif post.gone and post.gone not in OLD_NUMBER:
        _task(person, _Kind.GONE, post)
    elif post.total and not post.gone and person.deceased_on:
        _task(person, _Kind.ALIVE, post)
    if (post.confidential is False and person.confidential) or (
        post.protected is False and person.protected_registration
    ):
        _task(person, _Kind.PROTECTION_ENDED, post)
    fields |= _addresses(post, person)
    if post.municipality and settings.REGISTER_MUNICIPALITY and post.municipality != settings.REGISTER_MUNICIPALITY:
        _task(person, _Kind.MOVED_OUT, post)
    return _save(person, fields)


def _set_flags(person: Person, post: Post) -> bool:
    confidential = person.confidential or bool(post.confidential)
    protected = person.protected_registration or bool(post.protected)
    if (confidential, protected) == (person.confidential, person.protected_registration):
        return False
    set_protection(
        person=person, confidential=confidential, protected_registration=protected, reason=merging.REASON, actor=actor()
    )
    person.refresh_from_db(fields=_FLAGS_AND_HOME)
    return True


def _names(post: Post, person: Person) -> dict[str, Any]:
    names = envelope.names_of(post)
    # A changed family name is delivered without the other names.
    if names is None or not (post.given_names or not person.family_name):
        return {"family_name": post.family_name} if post.family_name and person.family_name else {}
    return dict(zip(("given_name", "family_name"), names, strict=True))


def _death(post: Post, person: Person) -> dict[str, Any]:
    day, sure = _day(post.gone_on)
    if not sure:
        _task(person, _Kind.DEATH_DATE, post)
        if person.deceased_on is not None:
            return {}
    born = identity.birth_date(person.identity_number).earliest
    return {"deceased_on": max(day, born)}


def _day(text: str) -> tuple[datetime.date, bool]:
    """A day in eight digits, the last possibly zeros, and whether it is complete. Unknown parts: the last possible
    day, today at the latest.
    """
    today = clock.today()
    text = re.sub("[^0-9]", "", text).rjust(8, "0")
    try:
        year, month, day = int(text[:4]), int(text[4:6] or 0), int(text[6:8] or 0)
        if year and month and day:
            return min(datetime.date(year, month, day), today), True
        month = month or 12
        return min(datetime.date(year, month, calendar.monthrange(year, month)[1]), today), False
    except (ValueError, calendar.IllegalMonthError):
        return today, False


def _addresses(post: Post, person: Person) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if post.home and not person.protected_registration and not post.protected:
        home = envelope.home_of(post.home)
        if home is None:
            _task(person, _Kind.ADDRESS, post)
        else:
            fields |= home
            moved = any(home[name] != getattr(person, name) for name in ("street", "postal_code", "town"))
            if moved and not _same_street(home, person):
                _task(person, _Kind.MOVED, post)
    mail = post.mail or post.abroad
    if mail:
        lines = envelope.mail_of(mail)
        if lines is None:
            _task(person, _Kind.ADDRESS, post)
        else:
            fields |= lines
    elif post.emptied:
        fields |= envelope.NO_MAIL
    return fields


def _same_street(home: dict[str, str], person: Person) -> bool:
    """The streets differ only in capitals and spaces."""
    return all(
        "".join(home[name].split()).casefold() == "".join(getattr(person, name).split()).casefold()
        for name in ("street", "postal_code", "town")
    )


def _task(person: Person, kind: str, post: Post) -> None:
    RegisterTask.objects.get_or_create(person=person, kind=kind, told=post.changed_at)


def _save(person: Person, fields: dict[str, Any]) -> bool:
    differs = {name: value for name, value in fields.items() if getattr(person, name) != value}
    if not differs:
        return False
    for name, value in differs.items():
        setattr(person, name, value)
    person.save(update_fields=[*differs, "sort_name"])
    # Names of fields, not their values: the row's own history has those.
    record(actor=actor(), action="register.change", person_reference=person.reference, data={"fields": sorted(differs)})
    announce(person_id=person.pk)
    return True
