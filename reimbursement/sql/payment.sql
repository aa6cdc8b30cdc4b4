-- Guards of payment: a basis follows its states, an approved or sealed one keeps its content, an absence is never
-- overwritten.

CREATE FUNCTION reimbursement_basis_guarded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'draft' THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND OLD.state <> 'sealed'
        AND NEW.month = OLD.month
        AND (OLD.state, NEW.state) IN (
            ('draft', 'draft'), ('remarks', 'remarks'), ('draft', 'remarks'), ('remarks', 'draft'),
            ('remarks', 'approved'), ('approved', 'remarks'), ('approved', 'sealed')
        )
        AND (OLD.state <> 'approved' OR (NEW.problem_sha256, NEW.outcome_sha256, NEW.engine_version)
            = (OLD.problem_sha256, OLD.outcome_sha256, OLD.engine_version))
    THEN
        IF NEW.state = 'sealed' AND (
            SELECT count(*) FROM reimbursement_basisdocument d WHERE d.basis_id = NEW.id AND (d.kind, d.sha256) IN (
                ('problem', NEW.problem_sha256), ('outcome', NEW.outcome_sha256)
            )
        ) <> 2 THEN
            RAISE EXCEPTION 'the documents of % are not those of its fingerprints', NEW.month
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the payment basis of % is %: % to % is refused', OLD.month, OLD.state, TG_OP, NEW.state
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER reimbursement_basis_guarded BEFORE INSERT OR UPDATE OR DELETE ON reimbursement_paymentbasis
    FOR EACH ROW EXECUTE FUNCTION reimbursement_basis_guarded();

CREATE FUNCTION reimbursement_basis_part_guarded() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_basis bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.basis_id ELSE NEW.basis_id END;
BEGIN
    IF (TG_OP <> 'UPDATE' OR NEW.basis_id = OLD.basis_id) AND EXISTS (
        SELECT FROM reimbursement_paymentbasis b WHERE b.id = of_basis AND b.state IN ('draft', 'remarks')
    ) THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION '% belongs to an approved or sealed payment basis: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER reimbursement_document_guarded BEFORE INSERT OR UPDATE OR DELETE ON reimbursement_basisdocument
    FOR EACH ROW EXECUTE FUNCTION reimbursement_basis_part_guarded();
CREATE TRIGGER reimbursement_line_guarded BEFORE INSERT OR UPDATE OR DELETE ON reimbursement_basisline
    FOR EACH ROW EXECUTE FUNCTION reimbursement_basis_part_guarded();
CREATE TRIGGER reimbursement_remark_guarded BEFORE INSERT OR UPDATE OR DELETE ON reimbursement_remark
    FOR EACH ROW EXECUTE FUNCTION reimbursement_basis_part_guarded();

-- An absence ends once. It goes only with the person's file.
CREATE FUNCTION reimbursement_absence_guarded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
        AND to_jsonb(NEW) = to_jsonb(OLD) || jsonb_build_object('ended_at', to_jsonb(NEW) -> 'ended_at')
    THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' AND audit_may_destroy(
        (SELECT p.reference FROM choices_person p WHERE p.id = OLD.person_id)
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is corrected by a new row: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER reimbursement_absence_guarded BEFORE UPDATE OR DELETE ON reimbursement_absence
    FOR EACH ROW EXECUTE FUNCTION reimbursement_absence_guarded();
