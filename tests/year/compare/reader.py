"""Opens pages as staff, as a citizen and as anybody, and holds what they say to the book."""

import datetime
from random import Random
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from tests.citizens.signing_in import as_citizen
from tests.year.book import Book
from tests.year.book.day import Day
from tests.year.book.rows import MUNICIPAL
from tests.year.compare import html
from tests.year.log import Contradiction
from tests.year.town import Town


class Reader:
    def __init__(self, town: Town, book: Book, random: Random) -> None:
        self.town, self.book, self.random = town, book, random
        self.day = datetime.date.min
        self.clients: dict[Any, Client] = {}

    def go_to(self, day: datetime.date) -> None:
        """A session does not last over night."""
        if day != self.day:
            self.day, self.clients = day, {}

    def page(self, who: Role | int | None, name: str, *args: Any, **query: Any) -> Any:
        """The page as a member of the staff with a role, a citizen by number, or anybody (None) sees it."""
        return html.parse(self.content(who, name, *args, **query))

    def content(self, who: Role | int | None, name: str, *args: Any, **query: Any) -> bytes:
        address = reverse(name, args=args)
        try:
            response = self._client(who).get(address, query)
        except Exception as error:
            raise Contradiction("a page", address, repr(error), 200) from error
        if response.status_code != 200:
            raise Contradiction("a page", address, response.status_code, 200)
        return response.getvalue()

    def post(self, who: Role, name: str, *args: Any, data: dict[str, Any] | None = None) -> None:
        """A form sent by a member of the staff. The page that follows says whether it was done."""
        address = reverse(name, args=args)
        response = self._client(who).post(address, data or {})
        if response.status_code != 302:
            raise Contradiction(
                "a form", address, f"{response.status_code} {html.words(html.parse(response.content))}", 302
            )

    def _client(self, who: Role | int | None) -> Client:
        if who not in self.clients:
            client = self.clients[who] = Client()
            if isinstance(who, Role):
                client.force_login(self.town.staff[who])
            elif who is not None:
                as_citizen(client, self.town.person(who))
        return self.clients[who]

    def same(self, kind: str, where: str, product: Any, book: Any, who: tuple[int, ...] = ()) -> None:
        self.book.count(kind)
        if product != book:
            raise Contradiction(kind, where, product, book, who)

    def says(self, kind: str, where: str, text: str, words: str, who: tuple[int, ...] = ()) -> None:
        self.book.count(kind)
        if words not in text:
            raise Contradiction(kind, where, text[:200], words, who)

    def begins(self, kind: str, where: str, text: str, words: str, who: tuple[int, ...] = ()) -> None:
        self.book.count(kind)
        if not text.startswith(words):
            raise Contradiction(kind, where, text[:200], words, who)

    def name(self, provider: str) -> str:
        return self.town.providers[provider].name

    def day_of(self, provider: str, area: str) -> Day:
        """The day that a queue and its room are asked for: when a place given today can begin."""
        return self.book.day(area, max(self.book.next_start(self.day), self.book.contract(provider, area).since))

    def contracts(self, *, municipal: bool = False) -> list[tuple[str, str]]:
        """Provider and area of those that are not over."""
        return [
            at
            for at, contract in self.book.contracts.items()
            if (municipal or at[0] != MUNICIPAL) and (contract.until is None or contract.until > self.day)
        ]
