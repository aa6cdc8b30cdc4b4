-- The one function that gives rights, and the rule that a user has one side: the municipality's or a provider's.

-- A user belongs to one provider or to the municipality, never to both: roles that begin with "provider_" take a
-- membership, and a member has no other role, no area and no right to everybody. Checked at commit, so that the order of
-- the statements is free.
CREATE FUNCTION accounts_one_side() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    -- As JSON: the tables have different columns.
    changed jsonb := to_jsonb(coalesce(NEW, OLD));
    of_user bigint := coalesce(changed ->> 'user_id', changed ->> 'id')::bigint;
    is_member boolean;
    as_provider boolean;
    as_staff boolean;
BEGIN
    SELECT EXISTS (SELECT FROM public.providers_providermember b WHERE b.user_id = of_user) INTO is_member;
    SELECT coalesce(bool_or(starts_with(g.name, 'provider_')), false),
        coalesce(bool_or(NOT starts_with(g.name, 'provider_')), false)
        OR EXISTS (SELECT FROM public.providers_area_officers o WHERE o.user_id = of_user)
        OR EXISTS (SELECT FROM public.accounts_user u
            WHERE u.id = of_user AND (u.all_areas OR u.is_superuser OR u.is_staff))
        INTO as_provider, as_staff
        FROM public.accounts_user_groups m JOIN public.auth_group g ON g.id = m.group_id WHERE m.user_id = of_user;
    IF is_member AND as_staff OR as_provider AND NOT is_member THEN
        RAISE EXCEPTION 'user %: a role of a provider takes one provider, and no other right', of_user
            USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_user_one_side';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER accounts_user_one_side AFTER UPDATE OF all_areas, is_superuser, is_staff ON accounts_user
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_one_side();
CREATE CONSTRAINT TRIGGER accounts_user_groups_one_side AFTER INSERT OR UPDATE ON accounts_user_groups
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_one_side();
CREATE CONSTRAINT TRIGGER providers_area_officers_one_side AFTER INSERT OR UPDATE ON providers_area_officers
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_one_side();
CREATE CONSTRAINT TRIGGER providers_member_one_side AFTER INSERT OR UPDATE OR DELETE ON providers_providermember
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_one_side();
CREATE TRIGGER providers_member_guarded BEFORE INSERT OR UPDATE OR DELETE ON providers_providermember
    FOR EACH ROW EXECUTE FUNCTION accounts_rights_guarded();

CREATE OR REPLACE FUNCTION accounts_rights_of(of_user bigint) RETURNS jsonb LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object(
        'all_areas', u.all_areas,
        'areas', coalesce((SELECT jsonb_agg(a.code ORDER BY a.code) FROM public.providers_area a
            JOIN public.providers_area_officers o ON o.area_id = a.id WHERE o.user_id = u.id), '[]'),
        'provider', (SELECT p.code FROM public.providers_provider p
            JOIN public.providers_providermember b ON b.provider_id = p.id WHERE b.user_id = u.id),
        'roles', coalesce((SELECT jsonb_agg(g.name ORDER BY g.name) FROM public.auth_group g
            JOIN public.accounts_user_groups m ON m.group_id = g.id WHERE m.user_id = u.id), '[]'))
    FROM public.accounts_user u WHERE u.id = of_user
$$;

DROP FUNCTION IF EXISTS accounts_set_rights(bigint, text[], boolean, text[], bigint, timestamptz);

-- NULL leaves the value unchanged. Areas and the provider are given by code, roles by name; an empty code ends the
-- membership of a provider.
CREATE FUNCTION accounts_set_rights(
    of_user bigint, new_roles text[], everywhere boolean, new_areas text[], new_provider text, by_user bigint,
    moment timestamptz
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
    END IF;
    IF new_provider = '' THEN
        DELETE FROM public.providers_providermember b WHERE b.user_id = of_user;
    ELSIF new_provider IS NOT NULL THEN
        INSERT INTO public.providers_providermember (user_id, provider_id)
            SELECT of_user, p.id FROM public.providers_provider p WHERE p.code = new_provider
            ON CONFLICT (user_id) DO UPDATE SET provider_id = EXCLUDED.provider_id;
    END IF;
    IF new_roles IS NOT NULL THEN
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
