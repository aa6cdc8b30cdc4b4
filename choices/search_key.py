"""What a person is searched by: a text in which words that sound alike are spelled alike.

``Karlsson`` and ``Carlson``, ``Wiklund`` and ``Viklund``, ``Åberg`` and ``Aberg`` are the same word in it. A function
in the database makes it, so every way in (a form, an import) gives the same, and what is searched for goes through the
same function.
"""

from django.db.models import CharField, F, Func, TextField, Value
from django.db.models.functions import Concat

# Plain letter → letters written for it, accents and sounds.
_LETTERS = {
    "a": "åäæáàâãāą",
    "o": "öøóòôõő",
    "e": "éèêëęě",
    "i": "íìîïı",
    "u": "úùûüů",
    "y": "ýÿ",
    "k": "cçćčq",
    "n": "ñńň",
    "s": "zšśşșžźżß",
    "d": "đð",
    "l": "ł",
    "g": "ğ",
    "t": "ţț",
    "v": "w",
}
_PAIRS = (("ph", "f"), ("ck", "k"), ("ch", "k"), ("th", "t"), ("hj", "j"), ("fs", "vs"), ("x", "ks"))


def _function() -> str:
    small = "".join(_LETTERS.values())
    capital = "".join(letter for letter in small.upper() if letter.lower() in small)
    source = small + "".join(letter for letter in capital if letter not in small)
    plain = {letter: to for to, letters in _LETTERS.items() for letter in letters}
    target = "".join(plain[letter if letter in plain else letter.lower()] for letter in source)
    text = "lower(words)"
    for pair, one in _PAIRS:
        text = f"replace({text}, '{pair}', '{one}')"
    # Letters beyond ASCII are translated, capital or not: lower() knows only what the database's locale does.
    text = f"translate({text}, '{source}', '{target}')"
    text = f"regexp_replace({text}, '([a-z])\\1+', '\\1', 'g')"
    text = f"regexp_replace({text}, '[^a-z0-9]+', ' ', 'g')"
    # A space before and after every word: " ander" is where a word begins, " 14 " is a whole one.
    return (
        "CREATE FUNCTION choices_search_key(words text) RETURNS text "
        "LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog "
        f"AS $$ SELECT ' ' || btrim({text}) || ' ' $$"
    )


CREATE_FUNCTION = _function()
DROP_FUNCTION = "DROP FUNCTION choices_search_key(text)"


class SearchKey(Func):
    function = "choices_search_key"
    output_field = TextField()


def key_of_person() -> SearchKey:
    """Names, address, and the telephone number in one piece."""
    digits = Func(
        F("phone"), Value("[^0-9]"), Value(""), Value("g"), function="regexp_replace", output_field=CharField()
    )
    parts = [F(name) for name in ("given_name", "family_name", "care_of", "street", "postal_code", "town")]
    spaced = [piece for part in parts for piece in (part, Value(" "))]
    return SearchKey(Concat(*spaced, digits, output_field=TextField()))
