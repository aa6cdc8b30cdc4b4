-- Writers share the lock of their log until the end of their transaction: see audit/sealing.py.
CREATE FUNCTION audit_writing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::bigint);
    RETURN NULL;
END $$;
CREATE TRIGGER audit_event_writing BEFORE INSERT ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_writing(72390001);
CREATE TRIGGER audit_read_writing BEFORE INSERT ON audit_read
    FOR EACH STATEMENT EXECUTE FUNCTION audit_writing(72390002);
CREATE TRIGGER audit_rowversion_writing BEFORE INSERT ON audit_rowversion
    FOR EACH STATEMENT EXECUTE FUNCTION audit_writing(72390003);
