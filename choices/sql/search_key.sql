-- Search key of a person: see choices/search_key.py. Read from the inside out.
CREATE FUNCTION choices_search_key(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog AS $$
    -- A space before and after every word: " ander" is where a word begins, " 14 " is a whole one.
    SELECT ' ' || btrim(
        -- What stands between words. All else is a letter, of whatever script.
        regexp_replace(
            -- A doubled letter sounds as one.
            regexp_replace(
                -- Letters that sound like another, those that are no letter with a mark on it, and capitals that lower()
                -- does not know in every locale of a database.
                translate(
                    replace(replace(replace(replace(replace(replace(replace(
                        -- Letters are taken apart and lose their marks: accents, rings, dots and the like; vowel signs
                        -- of Hebrew and Arabic.
                        lower(regexp_replace(
                            normalize(words, NFKD),
                            '[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u20d0-\u20ff\ufe00-\ufe0f]', '', 'g'
                        )),
                        'ph', 'f'), 'ck', 'k'), 'ch', 'k'), 'th', 't'), 'hj', 'j'), 'fs', 'vs'), 'x', 'ks'),
                    'æøœəıcqŋzßđðłŧþħwÆØŒƏŊĐÐŁŦÞĦΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏ',
                    'aooeikknssddltthvaooenddltthαβγδεζηθικλμνξοπρστυφχψωабвгдежзийклмнопрстуфхцчшщъыьэюяѐёђѓєѕіїјљњћќѝўџ'
                ),
                '([a-z])\1+', '\1', 'g'
            ),
            '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u02b0-\u02ff\u2000-\u206f\u2e00-\u2e7f\u3000-\u303f]+', ' ', 'g'
        )
    ) || ' '
$$;
