-- Rules beyond constraints: the window of a round, its frozen rules.

CREATE OR REPLACE FUNCTION choices_choice_in_window() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.round_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM choices_choiceround r
        WHERE r.id = NEW.round_id AND NEW.received_on BETWEEN r.opens_on AND r.closes_on
    ) THEN
        RAISE EXCEPTION 'received outside the window of the round'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'choices_choice_in_window';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER choices_choice_in_window BEFORE INSERT ON choices_choice
    FOR EACH ROW EXECUTE FUNCTION choices_choice_in_window();

-- Announced rules and dates are immutable, and so is the seed whose hash was published.
CREATE OR REPLACE FUNCTION choices_round_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seed <> OLD.seed OR NEW.seed_sha256 <> OLD.seed_sha256 THEN
        RAISE EXCEPTION 'the seed of a round never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'choices_round_seed_fixed';
    END IF;
    IF OLD.frozen_at IS NOT NULL AND (
        NEW.frozen_at IS DISTINCT FROM OLD.frozen_at
        OR (NEW.code, NEW.opens_on, NEW.closes_on, NEW.starts_on, NEW.switch_rule, NEW.household_class,
            NEW.no_answer_rule, NEW.call_list, NEW.told_by)
        IS DISTINCT FROM
           (OLD.code, OLD.opens_on, OLD.closes_on, OLD.starts_on, OLD.switch_rule, OLD.household_class,
            OLD.no_answer_rule, OLD.call_list, OLD.told_by)
    ) THEN
        RAISE EXCEPTION 'the rules of a frozen round never change'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'choices_round_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER choices_round_frozen BEFORE UPDATE ON choices_choiceround
    FOR EACH ROW EXECUTE FUNCTION choices_round_frozen();
