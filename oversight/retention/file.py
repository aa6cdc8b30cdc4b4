"""A person's file: every row that belongs to them, found through foreign keys to the person.

So tables added later are included in destruction and extracts automatically.
"""

from django.db import models
from django.db.models.fields.reverse_related import ForeignObjectRel, ManyToManyRel

from choices.models import Person

Rows = dict[type[models.Model], set[int]]


def file_of(person: Person) -> Rows:
    """Primary keys by model, with referring rows before the rows they refer to."""
    rows: Rows = {Person: {person.pk}}
    new: Rows = {Person: {person.pk}}
    while new:
        found: Rows = {}
        for model, keys in new.items():
            for relation in _referring(model):
                their = relation.related_model
                owned = their._base_manager.filter(**{f"{relation.field.name}__in": keys})
                more = set(owned.values_list("pk", flat=True)) - rows.get(their, set())
                if more:
                    found.setdefault(their, set()).update(more)
                    rows.setdefault(their, set()).update(more)
        new = found
    return {model: rows[model] for model in _referring_first(list(rows))}


def _referring(model: type[models.Model]) -> list[ForeignObjectRel]:
    """Foreign keys to the model, including those without a reverse relation."""
    fields = model._meta.get_fields(include_hidden=True)
    return [field for field in fields if isinstance(field, ForeignObjectRel) and not isinstance(field, ManyToManyRel)]


def _referring_first(found: list[type[models.Model]]) -> list[type[models.Model]]:
    ordered: list[type[models.Model]] = []
    left = sorted(found, key=lambda model: model._meta.label)
    while left:
        free = [model for model in left if not (_referring_models(model) & set(left) - {model})]
        if not free:
            raise RuntimeError(f"these refer to each other in a ring: {left}")
        ordered += free
        left = [model for model in left if model not in free]
    return ordered


def _referring_models(model: type[models.Model]) -> set[type[models.Model]]:
    return {relation.related_model for relation in _referring(model)}
