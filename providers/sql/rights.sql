-- Roles and areas of users are granted by one function, which logs it. The application's role has no other way: it
-- owns no table.

CREATE FUNCTION accounts_rights_guarded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_has_role(current_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'USAGE') THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION 'rights of users are given by accounts_set_rights: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER accounts_user_rights_given BEFORE INSERT ON accounts_user FOR EACH ROW
    WHEN (NEW.all_areas OR NEW.is_superuser OR NEW.is_staff) EXECUTE FUNCTION accounts_rights_guarded();
CREATE TRIGGER accounts_user_rights_changed BEFORE UPDATE ON accounts_user FOR EACH ROW
    WHEN ((NEW.all_areas, NEW.is_superuser, NEW.is_staff)
        IS DISTINCT FROM (OLD.all_areas, OLD.is_superuser, OLD.is_staff))
    EXECUTE FUNCTION accounts_rights_guarded();
CREATE TRIGGER accounts_user_groups_guarded BEFORE INSERT OR UPDATE OR DELETE ON accounts_user_groups
    FOR EACH ROW EXECUTE FUNCTION accounts_rights_guarded();
CREATE TRIGGER providers_area_officers_guarded BEFORE INSERT OR UPDATE OR DELETE ON providers_area_officers
    FOR EACH ROW EXECUTE FUNCTION accounts_rights_guarded();
