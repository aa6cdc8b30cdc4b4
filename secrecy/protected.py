"""Protected identity (sekretessmarkering or skyddad folkbokföring) as a condition of queries.

``Person.is_protected`` is the same for one person. ``to_person``: path from the queried model, for instance
``"person"``; empty for people themselves.
"""

from django.db.models import Q


def protected(to_person: str = "") -> Q:
    return Q((_path(to_person, "confidential"), True)) | Q((_path(to_person, "protected_registration"), True))


def not_protected(to_person: str = "") -> Q:
    """The person exists and is not protected. A plain join, with which the planner can stop at the end of a page."""
    return Q((_path(to_person, "confidential"), False), (_path(to_person, "protected_registration"), False))


def protected_sql(person: str) -> str:
    """``protected`` in SQL. ``person``: alias of choices_person."""
    return f"({person}.confidential OR {person}.protected_registration)"


def _path(to_person: str, field: str) -> str:
    return f"{to_person}__{field}" if to_person else field
