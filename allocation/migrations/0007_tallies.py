"""Counts of an area that are kept until something underneath changes, and the triggers that say that it has.

Statement by statement, so that an import of thousands of rows hardly notices. A note is of the transaction's own, so
nobody waits for anybody; others see it when they see the change.
"""

import django.db.models.deletion
from django.db import migrations, models

FUNCTIONS = """
-- null: everybody. More than fifty persons are everybody, too.
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

-- Where somebody lives or whether they do decides for others of the household, in other areas too.
CREATE FUNCTION allocation_note_register() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM allocation_note(ARRAY(SELECT id FROM now LIMIT 51));
    ELSIF TG_OP = 'DELETE' OR EXISTS (
        SELECT 1 FROM was JOIN now ON now.id = was.id
        WHERE (was.area_id, was.deceased_on, was.merged_into_id, was.confidential, was.protected_registration)
            IS DISTINCT FROM
            (now.area_id, now.deceased_on, now.merged_into_id, now.confidential, now.protected_registration)
    ) THEN
        PERFORM allocation_note(ARRAY[NULL::bigint]);
    END IF;
    RETURN NULL;
END $$;
"""
NO_FUNCTIONS = """
DROP FUNCTION allocation_note_register; DROP FUNCTION allocation_note_wish; DROP FUNCTION allocation_note_person;
DROP FUNCTION allocation_note_everybody; DROP FUNCTION allocation_note;
"""

NOTING = {
    "register": ["choices_person"],
    "wish": ["choices_wish"],
    "person": [
        "choices_caredecision",
        "choices_choice",
        "allocation_areadate",
        "allocation_offer",
        "allocation_outcomerow",
        "allocation_placement",
    ],
    "everybody": [
        "choices_household",
        "choices_householdmember",
        "allocation_allocationrun",
        "allocation_providerexit",
        "allocation_providerexit_contracts",
        "providers_ceiling",
        "providers_contract",
        "providers_municipality",
        "providers_provider",
        "providers_servicetype",
        "providers_sharestep",
    ],
}


def noting(table: str, whose: str) -> migrations.RunSQL:
    events = {"insert": "NEW TABLE AS now", "update": "OLD TABLE AS was NEW TABLE AS now", "delete": "OLD TABLE AS was"}
    return migrations.RunSQL(
        "".join(
            f"CREATE TRIGGER {table}_noted_{event} AFTER {event.upper()} ON {table} REFERENCING {rows}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION allocation_note_{whose}();"
            for event, rows in events.items()
        ),
        "".join(f"DROP TRIGGER {table}_noted_{event} ON {table};" for event in events),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("allocation", "0006_night_start"),
        ("choices", "0012_protection_takes_two"),
        ("providers", "0007_profile_change_and_quota_notice"),
    ]

    operations = [
        migrations.CreateModel(
            name="FactChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("transaction", models.BigIntegerField(db_index=True, verbose_name="transaktion")),
                ("person", models.BigIntegerField(null=True, verbose_name="person")),
                ("at", models.DateTimeField(db_index=True, verbose_name="tidpunkt")),
            ],
            options={
                "verbose_name": "ändring av underlag",
                "verbose_name_plural": "ändringar av underlag",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("transaction", "person"), name="allocation_factchange_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AreaTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=60, verbose_name="vad")),
                ("day", models.DateField(verbose_name="dag")),
                ("rows", models.JSONField(verbose_name="antal")),
                ("snapshot", models.TextField(verbose_name="underlag")),
                ("server_start", models.DateTimeField(verbose_name="serverns start")),
                ("counted_at", models.DateTimeField(verbose_name="räknades")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="providers.area",
                        verbose_name="område",
                    ),
                ),
            ],
            options={
                "verbose_name": "räknat för område",
                "verbose_name_plural": "räknat för områden",
                "constraints": [
                    models.UniqueConstraint(fields=("what", "area", "day"), name="allocation_areatally_one")
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        *(noting(table, whose) for whose, tables in NOTING.items() for table in tables),
    ]
