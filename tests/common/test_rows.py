"""Objects of a fixed query equal those of the ORM."""

import pytest
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.forms.models import model_to_dict

from choices.models import Person
from citizens.choosing.models import Draft
from common import rows
from letters.models import LetterText
from tests import factories as make

pytestmark = pytest.mark.django_db


def _table(model: type[Model]) -> str:
    return f"SELECT {rows.columns(model, 't')}, 7 FROM {model._meta.db_table} t WHERE t.{model._meta.pk.column} = %s"


def test_object_has_the_fields_of_the_orm_and_the_other_columns():
    person = make.PersonFactory.create()
    draft = Draft.objects.create(person=person, ranking=["b", "a"], assured=["x"], queue_if_full=False)
    for stored in (Person.objects.get(pk=person.pk), Draft.objects.get(pk=draft.pk)):
        model = type(stored)
        found = rows.first(model, _table(model), [stored.pk], more=("more",))

        assert found is not None
        names = [field.attname for field in model._meta.concrete_fields]
        assert [getattr(found, name) for name in names] == [getattr(stored, name) for name in names]
        assert model_to_dict(found) == model_to_dict(stored)
        assert (found.more, found._state.adding, found._state.db) == (7, False, "default")


def test_object_can_be_saved():
    person = make.PersonFactory.create()
    found = rows.first(Person, _table(Person), [person.pk], more=("more",))
    assert found is not None
    found.given_name = "Annat"
    found.save()

    assert Person.objects.get().given_name == "Annat"


def test_no_row():
    assert rows.first(Session, _table(Session), ["x"]) is None


def test_other_columns_than_named_are_refused():
    person = make.PersonFactory.create()
    for more in ((), ("more", "other")):
        with pytest.raises(ValueError, match="zip"):
            rows.first(Person, _table(Person), [person.pk], more=more)


def test_field_stored_in_another_form_is_refused():
    """The ORM decodes JSON itself."""
    with pytest.raises(TypeError, match="blocks"):
        rows.columns(LetterText, "t")
