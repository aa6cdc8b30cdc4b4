"""What a person is searched by: a text in which words that sound alike are spelled alike.

``Karlsson`` and ``Carlson``, ``Wiklund`` and ``Viklund``, ``Åberg`` and ``Aberg``, ``Šķēle`` and ``Skele`` are the same
word in it: letters are taken apart and their marks stripped, and what sounds alike is spelled alike. A function in the
database makes it (choices/sql/search_key.sql), so every way in (a form, an import) gives the same, and what is searched
for goes through the same function.
"""

from django.db.models import Case, CharField, F, Func, Q, TextField, Value, When
from django.db.models.functions import Concat


class SearchKey(Func):
    function = "choices_search_key"
    output_field = TextField()


_LAST = "\U0010fffd"
# Model-level (``choices.protection``) and stored columns say the same of who is protected.
_PROTECTED = Q(confidential=True) | Q(protected_registration=True)


def key_of_person() -> Case:
    """Names, address, and the telephone number in one piece. A protected person has none: words find nobody such."""
    return Case(When(_PROTECTED, then=Value("")), default=words_of_person(), output_field=TextField())


def order_key_of_person() -> Case:
    """The order of lists: by name; protected people after every letter there is, in an order that tells nothing."""
    hidden = Concat(Value(_LAST), F("reference"), output_field=TextField())
    return Case(When(_PROTECTED, then=hidden), default=F("sort_name"), output_field=TextField())


def words_of_person() -> SearchKey:
    digits = Func(
        F("phone"), Value("[^0-9]"), Value(""), Value("g"), function="regexp_replace", output_field=CharField()
    )
    parts = [F(name) for name in ("given_name", "family_name", "care_of", "street", "postal_code", "town")]
    spaced = [piece for part in parts for piece in (part, Value(" "))]
    return SearchKey(Concat(*spaced, digits, output_field=TextField()))
