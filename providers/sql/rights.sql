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

CREATE FUNCTION accounts_rights_of(of_user bigint) RETURNS jsonb LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object(
        'all_areas', u.all_areas,
        'areas', coalesce((SELECT jsonb_agg(a.code ORDER BY a.code) FROM public.providers_area a
            JOIN public.providers_area_officers o ON o.area_id = a.id WHERE o.user_id = u.id), '[]'),
        'roles', coalesce((SELECT jsonb_agg(g.name ORDER BY g.name) FROM public.auth_group g
            JOIN public.accounts_user_groups m ON m.group_id = g.id WHERE m.user_id = u.id), '[]'))
    FROM public.accounts_user u WHERE u.id = of_user
$$;

-- NULL leaves the value unchanged. Areas are given by code, roles by name.
CREATE FUNCTION accounts_set_rights(
    of_user bigint, new_roles text[], everywhere boolean, new_areas text[], by_user bigint, moment timestamptz
)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    name text;
    was jsonb;
    now_is jsonb;
BEGIN
    SELECT u.username INTO STRICT name FROM public.accounts_user u WHERE u.id = of_user FOR UPDATE;
    was := public.accounts_rights_of(of_user);
    IF new_roles IS NOT NULL THEN
        DELETE FROM public.accounts_user_groups m USING public.auth_group g
            WHERE m.user_id = of_user AND g.id = m.group_id AND g.name <> ALL (new_roles);
        INSERT INTO public.accounts_user_groups (user_id, group_id)
            SELECT of_user, g.id FROM public.auth_group g WHERE g.name = ANY (new_roles) ON CONFLICT DO NOTHING;
    END IF;
    IF everywhere IS NOT NULL THEN
        UPDATE public.accounts_user SET all_areas = everywhere WHERE id = of_user AND all_areas <> everywhere;
    END IF;
    IF new_areas IS NOT NULL THEN
        DELETE FROM public.providers_area_officers o USING public.providers_area a
            WHERE o.user_id = of_user AND a.id = o.area_id AND a.code <> ALL (new_areas);
        INSERT INTO public.providers_area_officers (user_id, area_id)
            SELECT of_user, a.id FROM public.providers_area a WHERE a.code = ANY (new_areas) ON CONFLICT DO NOTHING;
    END IF;
    now_is := public.accounts_rights_of(of_user);
    IF was IS DISTINCT FROM now_is THEN
        -- Whoever calls this past the application is seen in the log, which the application cannot change.
        INSERT INTO public.audit_event (at, actor, user_id, acting_for, action, person_reference, object_reference,
            run_reference, reason, before, after, data, request_id, text_salt, text_sha256)
            VALUES (moment, session_user, by_user, '', 'user.rights', '', left(name, 60),
            '', '', was, now_is, '{}', '', '', '');
    END IF;
END $$;
