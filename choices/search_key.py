"""Search key of a person: a text in which words that sound alike are spelled alike.

``Karlsson`` and ``Carlson``, ``Wiklund`` and ``Viklund``, ``Åberg`` and ``Aberg``, ``Šķēle`` and ``Skele`` have equal
keys: letters are decomposed, marks stripped, and similar sounds spelled alike. A database function
(choices/sql/search_key.sql) computes it, so that forms and imports agree, and search terms pass through the same
function.
"""

from django.db.models import Case, CharField, F, Func, TextField, Value, When
from django.db.models.functions import Concat

from secrecy.protected import protected


class SearchKey(Func):
    function = "choices_search_key"
    output_field = TextField()


_LAST = "\U0010fffd"


def key_of_person() -> Case:
    """Names, address, and the phone number without separators. Empty for a protected person, whom no search finds."""
    return Case(When(protected(), then=Value("")), default=words_of_person(), output_field=TextField())


def order_key_of_person() -> Case:
    """Sort order of lists: by name; protected people after all others, in an order that reveals nothing."""
    hidden = Concat(Value(_LAST), F("reference"), output_field=TextField())
    return Case(When(protected(), then=hidden), default=F("sort_name"), output_field=TextField())


def words_of_person() -> SearchKey:
    digits = Func(
        F("phone"), Value("[^0-9]"), Value(""), Value("g"), function="regexp_replace", output_field=CharField()
    )
    parts = [F(name) for name in ("given_name", "family_name", "care_of", "street", "postal_code", "town")]
    spaced = [piece for part in parts for piece in (part, Value(" "))]
    return SearchKey(Concat(*spaced, digits, output_field=TextField()))
