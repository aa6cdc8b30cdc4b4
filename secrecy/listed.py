"""A person in a list: the gate's view. Of a protected person it has the reference and nothing else.

Staff with the permission open a protected person by reference, with a reason; a list has none, so it shows nothing.
"""

from typing import Protocol

from django.utils.translation import gettext


class Person(Protocol):
    given_name: str
    family_name: str
    phone: str
    street: str

    @property
    def is_protected(self) -> bool: ...

    @property
    def birth_date(self) -> object: ...


class Listed:
    """Proxy of a person: reads attributes, except of a protected person."""

    def __init__(self, person: Person) -> None:
        self._person = None if person.is_protected else person

    @property
    def name(self) -> str:
        person = self._person
        if person is None:
            return gettext("Skyddad person")
        return ", ".join(name for name in (person.family_name, person.given_name) if name)

    @property
    def phone(self) -> str:
        return self._person.phone if self._person else ""

    @property
    def street(self) -> str:
        return self._person.street if self._person else ""

    @property
    def birth_date(self) -> object:
        """As the person has it (``choices.identity.BirthDate``); None of a protected one."""
        return self._person.birth_date if self._person else None
