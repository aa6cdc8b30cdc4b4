"""Driver for the pages of a choice: reads the page, posts its form."""

import re
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from choices.models import Choice, Person
from citizens.choosing.models import Draft

_HIDDEN = re.compile(r'<input type="hidden"\s+name="(\w+)"\s+value="([^"]*)"')


def hidden_fields(page: Any) -> dict[str, str]:
    return {name: value for name, value in _HIDDEN.findall(page.text) if name not in ("csrfmiddlewaretoken", "next")}


def address(step: str) -> str:
    return reverse("citizens:choosing_step", args=[step])


@dataclass
class Chooser:
    """One signed-in session in one window."""

    client: Client
    person: Person

    def begin(self) -> Any:
        return self.client.post(reverse("citizens:choosing"), {"act": "borja"})

    def get(self, step: str) -> Any:
        return self.client.get(address(step))

    def post(self, step: str, page: Any = None, **fields: str) -> Any:
        """``page``: one opened earlier; default: the current page."""
        return self.client.post(address(step), hidden_fields(page or self.get(step)) | fields)

    def answer(self, step: str, value: str) -> Any:
        return self.post(step, answer=value)

    def rank(self, *codes: str) -> Any:
        for code in codes:
            self.post("ordning", act=f"valj:{code}")
        return self.post("ordning", act="vidare")

    def fill_in(self, *codes: str) -> None:
        """All answers, without sending."""
        self.begin()
        self.answer("vill-du", "ja")
        self.rank(*codes)
        self.answer("ko", "ja")
        self.answer("tillfallig", "ja")
        if "tillsammans" in self.asked():
            self.answer("tillsammans", "nej")
        self.answer("sprak", "inget")

    def asked(self) -> str:
        """The page after redirects."""
        return self.client.post(reverse("citizens:choosing"), {"act": "borja"}).url

    def check(self) -> Any:
        return self.client.get(reverse("citizens:check"))

    def send(self, page: Any = None, **fields: str) -> Any:
        return self.client.post(reverse("citizens:check"), hidden_fields(page or self.check()) | fields)

    @property
    def draft(self) -> Draft | None:
        return Draft.objects.filter(person=self.person, mandate=None).first()

    @property
    def choices(self) -> list[Choice]:
        return list(self.person.choices.filter(channel="web"))
