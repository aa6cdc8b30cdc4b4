-- A sent letter is immutable: its facts and checksum never change, not even by manual SQL.

CREATE FUNCTION letters_letter_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.reference, NEW.kind, NEW.version, NEW.language, NEW.text_id, NEW.layout_version, NEW.facts,
        NEW.holder_id, NEW.corrects_id)
        IS DISTINCT FROM
       (OLD.reference, OLD.kind, OLD.version, OLD.language, OLD.text_id, OLD.layout_version, OLD.facts,
        OLD.holder_id, OLD.corrects_id)
    THEN
        RAISE EXCEPTION 'a letter is never changed: write a new version'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'letters_letter_frozen';
    END IF;
    IF OLD.sha256 <> '' AND (NEW.sha256, NEW.pages) IS DISTINCT FROM (OLD.sha256, OLD.pages) THEN
        RAISE EXCEPTION 'a letter is rendered once'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'letters_letter_rendered_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER letters_letter_frozen BEFORE UPDATE ON letters_letter
    FOR EACH ROW EXECUTE FUNCTION letters_letter_frozen();

CREATE FUNCTION letters_text_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.kind, NEW.language, NEW.version, NEW.blocks) IS DISTINCT FROM
       (OLD.kind, OLD.language, OLD.version, OLD.blocks)
    THEN
        RAISE EXCEPTION 'a version of a text is never edited: propose a new one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'letters_text_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER letters_text_frozen BEFORE UPDATE ON letters_lettertext
    FOR EACH ROW EXECUTE FUNCTION letters_text_frozen();

-- A letter is deleted with its file only.
CREATE FUNCTION letters_letter_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF audit_may_destroy((SELECT p.reference FROM choices_person p WHERE p.id = OLD.person_id)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a letter goes with its file: DELETE is refused' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER letters_letter_stays BEFORE DELETE ON letters_letter
    FOR EACH ROW EXECUTE FUNCTION letters_letter_stays();
