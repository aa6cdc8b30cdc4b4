-- Change records in allocation_factchange of each transaction that writes to a table under the facts
-- (allocation/facts/tally.py). Per statement, to keep imports fast. Each row belongs to its transaction, so
-- transactions do not wait for each other; it becomes visible together with the change.

-- null: everybody, used for more than fifty persons.
CREATE FUNCTION allocation_note(persons bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO public.allocation_factchange (transaction, person, at)
    SELECT pg_current_xact_id()::text::bigint, p, clock_timestamp()
    FROM unnest(CASE WHEN cardinality(persons) > 50 THEN ARRAY[NULL::bigint] ELSE persons END) p
    ON CONFLICT DO NOTHING
$$;

CREATE FUNCTION allocation_note_everybody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM allocation_note(ARRAY[NULL::bigint]);
    RETURN NULL;
END $$;

CREATE FUNCTION allocation_note_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    persons bigint[] := '{}';
BEGIN
    IF TG_OP <> 'INSERT' THEN
        persons := ARRAY(SELECT DISTINCT person_id FROM was LIMIT 51);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        persons := persons || ARRAY(SELECT DISTINCT person_id FROM now LIMIT 51);
    END IF;
    PERFORM allocation_note(persons);
    RETURN NULL;
END $$;

CREATE FUNCTION allocation_note_wish() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    choices bigint[] := '{}';
BEGIN
    IF TG_OP <> 'INSERT' THEN
        choices := ARRAY(SELECT DISTINCT choice_id FROM was LIMIT 51);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        choices := choices || ARRAY(SELECT DISTINCT choice_id FROM now LIMIT 51);
    END IF;
    IF cardinality(choices) > 50 THEN
        PERFORM allocation_note(ARRAY[NULL::bigint]);
    ELSE
        -- A choice that is gone already noted its person.
        PERFORM allocation_note(ARRAY(SELECT person_id FROM public.choices_choice WHERE id = ANY(choices)));
    END IF;
    RETURN NULL;
END $$;

-- Area and membership of a person affect other household members, in other areas too.
CREATE FUNCTION allocation_note_register() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A deleted row has no new table to compare with, so each operation has a branch of its own.
    IF TG_OP = 'INSERT' THEN
        PERFORM allocation_note(ARRAY(SELECT id FROM now LIMIT 51));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM allocation_note(ARRAY[NULL::bigint]);
    ELSIF EXISTS (
        SELECT 1 FROM was JOIN now ON now.id = was.id
        WHERE (was.area_id, was.deceased_on, was.merged_into_id, was.confidential, was.protected_registration)
            IS DISTINCT FROM
            (now.area_id, now.deceased_on, now.merged_into_id, now.confidential, now.protected_registration)
    ) THEN
        PERFORM allocation_note(ARRAY[NULL::bigint]);
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    watched record;
BEGIN
    FOR watched IN SELECT * FROM (VALUES
        ('choices_person', 'register'),
        ('choices_wish', 'wish'),
        ('choices_caredecision', 'person'),
        ('choices_choice', 'person'),
        ('choices_amendment', 'person'),
        ('allocation_areadate', 'person'),
        ('allocation_offer', 'person'),
        ('allocation_outcomerow', 'person'),
        ('allocation_placement', 'person'),
        ('choices_household', 'everybody'),
        ('choices_householdmember', 'everybody'),
        ('allocation_allocationrun', 'everybody'),
        ('allocation_providerexit', 'everybody'),
        ('allocation_providerexit_contracts', 'everybody'),
        ('providers_ceiling', 'everybody'),
        ('providers_contract', 'everybody'),
        ('providers_municipality', 'everybody'),
        ('providers_provider', 'everybody'),
        ('providers_servicetype', 'everybody'),
        ('providers_sharestep', 'everybody')
    ) AS t (name, whose) LOOP
        EXECUTE format('CREATE TRIGGER %1$s_noted_insert AFTER INSERT ON %1$s REFERENCING NEW TABLE AS now'
            ' FOR EACH STATEMENT EXECUTE FUNCTION allocation_note_%2$s()', watched.name, watched.whose);
        EXECUTE format('CREATE TRIGGER %1$s_noted_update AFTER UPDATE ON %1$s REFERENCING OLD TABLE AS was'
            ' NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION allocation_note_%2$s()', watched.name, watched.whose);
        EXECUTE format('CREATE TRIGGER %1$s_noted_delete AFTER DELETE ON %1$s REFERENCING OLD TABLE AS was'
            ' FOR EACH STATEMENT EXECUTE FUNCTION allocation_note_%2$s()', watched.name, watched.whose);
    END LOOP;
END $$;
