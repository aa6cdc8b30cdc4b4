-- Exceptions of an approved destruction in append-only tables.

-- A destruction of that person's file is approved by another person than its proposer, and not yet executed.
CREATE FUNCTION audit_may_destroy(person text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT person <> '' AND EXISTS (
        SELECT FROM public.audit_destroyedfile f JOIN public.audit_destruction d ON d.id = f.destruction_id
        WHERE f.person_reference = person AND f.outcome = 'waiting'
          AND d.status = 'approved' AND d.approved_by_id <> d.proposed_by_id
    )
$$;

-- The log: free text may be blanked, nothing else may change.
CREATE FUNCTION audit_only_forget() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    blank jsonb := '{"reason": "", "text_salt": ""}';
BEGIN
    IF TG_TABLE_NAME = 'audit_read' THEN
        blank := blank || '{"search": ""}';
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) = to_jsonb(OLD) || blank AND (
        audit_may_destroy(OLD.person_reference)
        OR (OLD.person_reference = '' AND OLD.at < now() - interval '5 years')
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_only_forget();
CREATE TRIGGER audit_read_append_only BEFORE UPDATE OR DELETE ON audit_read
    FOR EACH ROW EXECUTE FUNCTION audit_only_forget();

-- The history: a version is deleted with its file.
CREATE FUNCTION audit_history_with_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND audit_may_destroy(current_setting('audit.destroying', true)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_rowversion_append_only BEFORE UPDATE OR DELETE ON audit_rowversion
    FOR EACH ROW EXECUTE FUNCTION audit_history_with_file();

CREATE INDEX audit_rowversion_person ON audit_rowversion ((old ->> 'person_id'));
CREATE INDEX audit_rowversion_mandate ON audit_rowversion ((old ->> 'mandate_id'));

-- Executed as the owner, after checking the approval: the application has no right to change the log or the history.
CREATE FUNCTION audit_forget(person text, tables text[], ids bigint[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone integer;
    more integer;
BEGIN
    IF NOT audit_may_destroy(person) THEN
        RAISE EXCEPTION 'the destruction of % is not approved', person USING ERRCODE = 'restrict_violation';
    END IF;
    UPDATE public.audit_event SET reason = '', text_salt = '' WHERE person_reference = person AND text_salt <> '';
    UPDATE public.audit_read SET reason = '', search = '', text_salt = ''
        WHERE person_reference = person AND text_salt <> '';
    PERFORM set_config('audit.destroying', person, true);
    -- The rows that are there now, and those that were deleted before.
    DELETE FROM public.audit_rowversion v USING unnest(tables, ids) AS f (of_table, of_id)
        WHERE v."table" = f.of_table AND v.row = f.of_id;
    GET DIAGNOSTICS gone = ROW_COUNT;
    DELETE FROM public.audit_rowversion v USING unnest(tables, ids) AS f (of_table, of_id)
        WHERE f.of_table = 'choices_person' AND v.old ->> 'person_id' = f.of_id::text;
    GET DIAGNOSTICS more = ROW_COUNT;
    gone := gone + more;
    DELETE FROM public.audit_rowversion v USING unnest(tables, ids) AS f (of_table, of_id)
        WHERE f.of_table = 'choices_mandate' AND v.old ->> 'mandate_id' = f.of_id::text;
    GET DIAGNOSTICS more = ROW_COUNT;
    gone := gone + more;
    PERFORM set_config('audit.destroying', '', true);
    RETURN gone;
END $$;

CREATE FUNCTION audit_forget_old_searches() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    UPDATE public.audit_read SET reason = '', search = '', text_salt = ''
        WHERE person_reference = '' AND text_salt <> '' AND at < now() - interval '5 years';
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
