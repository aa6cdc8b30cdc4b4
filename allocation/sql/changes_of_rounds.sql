-- Change records for rounds, as changes.sql has them for the other tables under the facts.

CREATE TRIGGER choices_choiceround_noted_insert AFTER INSERT ON choices_choiceround REFERENCING NEW TABLE AS now
    FOR EACH STATEMENT EXECUTE FUNCTION allocation_note_everybody();
CREATE TRIGGER choices_choiceround_noted_update AFTER UPDATE ON choices_choiceround
    REFERENCING OLD TABLE AS was NEW TABLE AS now
    FOR EACH STATEMENT EXECUTE FUNCTION allocation_note_everybody();
CREATE TRIGGER choices_choiceround_noted_delete AFTER DELETE ON choices_choiceround REFERENCING OLD TABLE AS was
    FOR EACH STATEMENT EXECUTE FUNCTION allocation_note_everybody();
