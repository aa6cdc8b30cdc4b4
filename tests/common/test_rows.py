"""Objects of a fixed query equal those of the ORM."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Model
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY

from choices.models import Choice, Mandate, Person
from citizens.choosing.models import Draft
from common import rows
from letters.models import LetterText
from tests import factories as make

pytestmark = pytest.mark.django_db
COUNTED = {"alias": "default", "vendor": "postgresql"}


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


def test_related_objects_are_set_and_cost_no_query(django_assert_num_queries):
    choice = make.ChoiceFactory.create()
    sql = (
        f"SELECT {rows.columns(Choice, 't')}, {rows.columns(Person, 'p')}, {rows.columns(Mandate, 'm')}"
        " FROM choices_choice t JOIN choices_person p ON p.id = t.person_id"
        " LEFT JOIN choices_mandate m ON m.id = t.mandate_id WHERE t.id = %s"
    )
    with django_assert_num_queries(1):
        found = rows.first(Choice, sql, [choice.pk], related={"person": Person, "mandate": Mandate})
        assert found is not None
        assert (found.person.reference, found.mandate) == (choice.person.reference, None)


def test_query_is_planned_once_per_connection():
    person = make.PersonFactory.create()
    for _each in range(settings.DATABASES["default"]["OPTIONS"]["prepare_threshold"] + 1):
        rows.first(Person, _table(Person), [person.pk], more=("more",))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%FROM choices_person t%%'", []
        )
        assert cursor.fetchone() == (1,)


def test_query_is_counted_and_seen_by_assertions(django_assert_num_queries):
    before = REGISTRY.get_sample_value("django_db_execute_total", COUNTED)
    with django_assert_num_queries(1):
        assert rows.first(Session, _table(Session), ["x"]) is None
    assert REGISTRY.get_sample_value("django_db_execute_total", COUNTED) == before + 1


def test_text_of_a_planned_query_is_logged():
    person = make.PersonFactory.create()
    with CaptureQueriesContext(connection) as queries:
        for _time in range(20):
            rows.first(Person, _table(Person), [person.pk], more=("more",))
    assert {"choices_person" in each["sql"] for each in queries} == {True}


def test_several_queries_in_one_statement(django_assert_num_queries):
    person, draft = make.PersonFactory.create(), Draft.objects.create(person=make.PersonFactory.create())
    people = rows.Fixed(Person, _table(Person).replace("%s", "%(person)s"), more=("more",))
    drafts = rows.Fixed(Draft, _table(Draft).replace("%s", "%(draft)s"), more=("more",))
    with django_assert_num_queries(1):
        found = rows.first_of_each(people, drafts, values={"person": person.pk, "draft": draft.pk})
    assert found == [person, draft]
    assert [each.more for each in found] == [7, 7]
    assert rows.first_of_each(people, drafts, values={"person": 0, "draft": draft.pk}) == [None, draft]
    assert rows.first_of_each(people, drafts, values={"person": 0, "draft": 0}) == [None, None]


def test_statement_tells_the_number_of_rows():
    person = make.PersonFactory.create()
    change = "UPDATE choices_person SET given_name = %s WHERE id = %s"
    assert [rows.run(change, ["Annat", pk]) for pk in (person.pk, 0)] == [1, 0]
    person.refresh_from_db()
    assert person.given_name == "Annat"


def test_no_row():
    assert rows.first(Session, _table(Session), ["x"]) is None


def test_other_columns_than_named_are_refused():
    person = make.PersonFactory.create()
    for more, fault in (((), "more columns than named"), (("more", "other"), "zip")):
        with pytest.raises(ValueError, match=fault):
            rows.first(Person, _table(Person), [person.pk], more=more)


def test_field_stored_in_another_form_is_refused():
    """The ORM decodes JSON itself."""
    with pytest.raises(TypeError, match="blocks"):
        rows.columns(LetterText, "t")
