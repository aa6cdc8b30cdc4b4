"""Results kept for everybody on a citizen's pages follow each change, and are never another person's."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from allocation.facts import shared
from choices.models import Person
from citizens.access import EID, Citizen
from citizens.choosing.situation import Situation
from providers.models import Area, Provider
from tests import factories as make
from tests.citizens.signing_in import as_citizen

pytestmark = pytest.mark.django_db(transaction=True)


def _citizen_in(code: str) -> tuple[Client, Person]:
    person: Person = make.PersonFactory.create(area=make.AreaFactory.create(code=code, name=f"Området {code}"))
    return as_citizen(Client(), person), person


def _compared(client: Client) -> str:
    """The area that the first page of a choice links to."""
    page = client.get(reverse("citizens:choosing"))
    return next(
        area.code
        for area in Area.objects.all()
        if f'href="{reverse("providers:compare", args=[area.code])}"' in page.text
    )


def test_each_citizen_has_the_own_area_of_the_moment():
    make.MunicipalityFactory.create()
    (first, one), (second, other) = _citizen_in("norra"), _citizen_in("sodra")
    for _each in range(2):
        assert (_compared(first), _compared(second)) == ("norra", "sodra")

    Area.objects.filter(code="norra").update(code="norra-nya")
    assert (_compared(first), _compared(second)) == ("norra-nya", "sodra")

    Person.objects.filter(pk=one.pk).update(area=other.area)
    assert (_compared(first), _compared(second)) == ("sodra", "sodra")


def test_languages_of_the_staff_are_those_of_the_moment_and_of_the_area():
    make.MunicipalityFactory.create()
    here, elsewhere = (make.AreaFactory.create(code=code, name=code) for code in ("norra", "sodra"))
    provider = make.ProviderFactory.create(code="lindens", staff_languages=["sv"])
    make.ContractFactory.create(provider=provider, area=here, valid_from=datetime.date(2020, 1, 1))

    def offered(area: Area) -> list[str]:
        citizen = Citizen(make.PersonFactory.create(area=area), None, EID)
        return sorted(Situation(citizen, shared.current()).languages)

    assert (offered(here), offered(elsewhere)) == (["sv"], [])

    Provider.objects.update(staff_languages=["sv", "fi"])
    assert (offered(here), offered(elsewhere)) == (["fi", "sv"], [])


def test_dead_or_merged_person_is_signed_out_at_once():
    make.MunicipalityFactory.create()
    client, person = _citizen_in("norra")
    assert client.get(reverse("citizens:choosing")).status_code == 200

    Person.objects.filter(pk=person.pk).update(deceased_on=datetime.date(2020, 1, 1))

    assert client.get(reverse("citizens:choosing")).url.startswith(reverse("citizens:login"))
