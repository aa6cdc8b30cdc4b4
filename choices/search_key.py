"""What a person is searched by: a text in which words that sound alike are spelled alike.

``Karlsson`` and ``Carlson``, ``Wiklund`` and ``Viklund``, ``Åberg`` and ``Aberg``, ``Šķēle`` and ``Skele`` are the same
word in it: letters are taken apart and their marks stripped, and what sounds alike is spelled alike. A function in the
database makes it, so every way in (a form, an import) gives the same, and what is searched for goes through the same
function.
"""

from django.db.models import Case, CharField, F, Func, Q, TextField, Value, When
from django.db.models.functions import Concat

# Plain letter → letters that sound like it, and those that are no letter with a mark on it. Marks are stripped before.
_LETTERS = {
    "a": "æ",
    "o": "øœ",
    "e": "ə",
    "i": "ı",
    "k": "cq",
    "n": "ŋ",
    "s": "zß",
    "d": "đð",
    "l": "ł",
    "t": "ŧþ",
    "h": "ħ",
    "v": "w",
}
_PAIRS = (("ph", "f"), ("ck", "k"), ("ch", "k"), ("th", "t"), ("hj", "j"), ("fs", "vs"), ("x", "ks"))
# Accents, rings, dots and the like, once a letter is taken apart; vowel signs of Hebrew and Arabic.
_MARKS = r"[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u20d0-\u20ff\ufe00-\ufe0f]"
# What stands between words. All else is a letter, of whatever script.
_BETWEEN = r"[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u02b0-\u02ff\u2000-\u206f\u2e00-\u2e7f\u3000-\u303f]+"
# Scripts with capitals, beside Latin: lower() knows only what the database's locale does.
_SMALL = "".join(map(chr, [*range(0x3B1, 0x3CA), *range(0x430, 0x460)]))


def _function() -> str:
    plain = {letter: to for to, letters in _LETTERS.items() for letter in letters}
    # "ß" has two capitals and "ı" has that of "i".
    plain |= {letter.upper(): to for letter, to in plain.items() if len(letter.upper()) == 1}
    plain |= {letter.upper(): letter for letter in _SMALL}
    plain = {letter: to for letter, to in plain.items() if letter not in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    text = f"regexp_replace(normalize(words, NFKD), '{_MARKS}', '', 'g')"
    text = f"lower({text})"
    for pair, one in _PAIRS:
        text = f"replace({text}, '{pair}', '{one}')"
    text = f"translate({text}, '{''.join(plain)}', '{''.join(plain.values())}')"
    text = f"regexp_replace({text}, '([a-z])\\1+', '\\1', 'g')"
    text = f"regexp_replace({text}, '{_BETWEEN}', ' ', 'g')"
    # A space before and after every word: " ander" is where a word begins, " 14 " is a whole one.
    return (
        "CREATE OR REPLACE FUNCTION choices_search_key(words text) RETURNS text "
        "LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog "
        f"AS $$ SELECT ' ' || btrim({text}) || ' ' $$"
    )


CREATE_FUNCTION = _function()
DROP_FUNCTION = "DROP FUNCTION choices_search_key(text)"


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
