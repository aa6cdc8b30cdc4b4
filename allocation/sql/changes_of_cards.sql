-- Change records for what providers tell about themselves, their guarantees, the areas and the areas of rounds, as
-- changes.sql has them for the other tables under the facts (allocation/facts/shared.py).

DO $$
DECLARE
    watched text;
BEGIN
    FOREACH watched IN ARRAY ARRAY[
        'choices_choiceround_areas', 'providers_area', 'providers_guarantee', 'providers_providerprofile'
    ] LOOP
        EXECUTE format('CREATE TRIGGER %1$s_noted_insert AFTER INSERT ON %1$s REFERENCING NEW TABLE AS now'
            ' FOR EACH STATEMENT EXECUTE FUNCTION allocation_note_everybody()', watched);
        EXECUTE format('CREATE TRIGGER %1$s_noted_update AFTER UPDATE ON %1$s REFERENCING OLD TABLE AS was'
            ' NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION allocation_note_everybody()', watched);
        EXECUTE format('CREATE TRIGGER %1$s_noted_delete AFTER DELETE ON %1$s REFERENCING OLD TABLE AS was'
            ' FOR EACH STATEMENT EXECUTE FUNCTION allocation_note_everybody()', watched);
    END LOOP;
END $$;
