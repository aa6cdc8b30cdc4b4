-- Previous version of a row that is changed or deleted (audit.history creates the triggers). One insert per statement,
-- executed as the owner: the application's role can neither write nor change history.
CREATE FUNCTION audit_keep_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO public.audit_rowversion ("table", row, operation, at, transaction, db_role, old)
        SELECT TG_TABLE_NAME, was.id, TG_OP, clock_timestamp(), pg_current_xact_id()::text::bigint, session_user,
            to_jsonb(was)
        FROM was JOIN now ON now.id = was.id WHERE to_jsonb(was) <> to_jsonb(now);
    ELSE
        INSERT INTO public.audit_rowversion ("table", row, operation, at, transaction, db_role, old)
        SELECT TG_TABLE_NAME, was.id, TG_OP, clock_timestamp(), pg_current_xact_id()::text::bigint, session_user,
            to_jsonb(was)
        FROM was;
    END IF;
    RETURN NULL;
END $$;
