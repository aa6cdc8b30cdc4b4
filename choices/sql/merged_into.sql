-- A merged record refers to the record that remains, never to one that has been merged itself. A circle is refused by
-- choices_person_not_merged_into_self. The locks put two mergers at the same moment one after the other.

CREATE OR REPLACE FUNCTION choices_person_merged_into_remaining() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT coalesce(p.merged_into_id, p.id) INTO NEW.merged_into_id
    FROM choices_person p WHERE p.id = NEW.merged_into_id
    FOR NO KEY UPDATE;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER choices_person_merged_into_remaining BEFORE INSERT OR UPDATE OF merged_into_id ON choices_person
    FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION choices_person_merged_into_remaining();

CREATE OR REPLACE FUNCTION choices_person_merged_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE choices_person SET merged_into_id = NEW.merged_into_id WHERE merged_into_id = NEW.id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER choices_person_merged_follow AFTER UPDATE OF merged_into_id ON choices_person
    FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION choices_person_merged_follow();
