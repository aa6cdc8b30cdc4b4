-- A code ends when its person is protected, merged or dead, or its letter is returned, whatever made the change:
-- import, service or manual SQL. An ended code stays ended.

CREATE OR REPLACE FUNCTION citizens_end_codes_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE citizens_lettercode SET ended_at = clock_timestamp(), ended_why = CASE
        WHEN NEW.deceased_on IS NOT NULL THEN 'death'
        WHEN NEW.merged_into_id IS NOT NULL THEN 'merged'
        ELSE 'protection' END
    WHERE person_id = NEW.id AND ended_at IS NULL;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER citizens_end_codes AFTER UPDATE OF deceased_on, merged_into_id, confidential, protected_registration
    ON choices_person FOR EACH ROW
    WHEN (NEW.deceased_on IS NOT NULL OR NEW.merged_into_id IS NOT NULL OR NEW.confidential OR NEW.protected_registration)
    EXECUTE FUNCTION citizens_end_codes_of_person();

CREATE OR REPLACE FUNCTION citizens_end_code_of_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE citizens_lettercode c SET ended_at = clock_timestamp(), ended_why = 'returned'
    FROM letters_letter l
    WHERE l.id = NEW.letter_id AND l.holder_id IS NULL AND l.facts ->> 'code' <> ''
        AND c.person_id = l.person_id AND (c.round_id = l.round_id OR c.offer_id = l.offer_id) AND c.ended_at IS NULL
        -- Not one that was made since, for another letter.
        AND c.made_at <= l.created_at;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER citizens_end_code AFTER INSERT ON letters_returnedletter
    FOR EACH ROW EXECUTE FUNCTION citizens_end_code_of_letter();
