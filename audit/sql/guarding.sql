-- Restrictions of the application's role on destructions: no decision alone, no change, no removal of traces.

-- A destruction begins as a proposal, and cannot be deleted.
CREATE FUNCTION audit_destruction_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'proposed' OR NEW.approved_by_id IS NOT NULL OR NEW.finished_at IS NOT NULL THEN
        RAISE EXCEPTION 'a destruction begins as a proposal' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_destruction_begins BEFORE INSERT ON audit_destruction
    FOR EACH ROW EXECUTE FUNCTION audit_destruction_begins();

CREATE FUNCTION audit_destruction_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (NEW.reference, NEW.as_of, NEW.proposed_at, NEW.proposed_by_id)
           IS NOT DISTINCT FROM (OLD.reference, OLD.as_of, OLD.proposed_at, OLD.proposed_by_id)
       AND (OLD.status, NEW.status) IN (('proposed', 'approved'), ('proposed', 'cancelled'), ('approved', 'done'))
       AND (OLD.status = 'proposed' OR NEW.approved_by_id = OLD.approved_by_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_destruction_goes_on BEFORE UPDATE OR DELETE ON audit_destruction
    FOR EACH ROW EXECUTE FUNCTION audit_destruction_goes_on();

CREATE FUNCTION audit_destroyedfile_guarded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.outcome = 'waiting' AND EXISTS (
            SELECT FROM public.audit_destruction d WHERE d.id = NEW.destruction_id AND d.status = 'proposed'
        ) THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE'
       AND (NEW.destruction_id, NEW.person_reference) IS NOT DISTINCT FROM (OLD.destruction_id, OLD.person_reference)
       AND (OLD.outcome = 'waiting' OR NEW.outcome = OLD.outcome)
       AND (OLD.outcome = 'waiting' OR NEW.rows = OLD.rows)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_destroyedfile_guarded BEFORE INSERT OR UPDATE OR DELETE ON audit_destroyedfile
    FOR EACH ROW EXECUTE FUNCTION audit_destroyedfile_guarded();

-- One step of a destruction, executed as the owner: the application has no right to change it.
CREATE FUNCTION audit_destruction_step(of_reference text, to_status text, by_user bigint, moment timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found public.audit_destruction%ROWTYPE;
BEGIN
    SELECT * INTO found FROM public.audit_destruction WHERE reference = of_reference FOR UPDATE;
    IF to_status = 'approved' AND (by_user IS NULL OR by_user = found.proposed_by_id OR NOT EXISTS (
        SELECT FROM public.accounts_user u WHERE u.id = by_user AND u.is_active
    )) THEN
        RAISE EXCEPTION 'a destruction is approved by another person' USING ERRCODE = 'restrict_violation';
    END IF;
    IF to_status = 'approved' THEN
        UPDATE public.audit_destruction SET status = to_status, approved_by_id = by_user, approved_at = moment
            WHERE id = found.id;
    ELSE
        UPDATE public.audit_destruction SET status = to_status, finished_at = moment WHERE id = found.id;
    END IF;
    -- Whoever calls this past the application is seen in the log, which the application cannot change.
    INSERT INTO public.audit_event (at, actor, user_id, acting_for, action, person_reference, object_reference,
        run_reference, reason, before, after, data, request_id, text_salt, text_sha256)
        VALUES (moment, session_user, by_user, '', 'destruction.' || to_status, '', of_reference,
        '', '', jsonb_build_object('status', found.status), jsonb_build_object('status', to_status), '{}', '', '', '');
END $$;
