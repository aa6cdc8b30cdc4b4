import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.references
from audit.append_only import append_only
from common.sql_files import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Destruction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reference",
                    models.CharField(
                        default=common.references.new_reference,
                        editable=False,
                        max_length=20,
                        unique=True,
                        verbose_name="referens",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Förslag"),
                            ("approved", "Godkänd"),
                            ("done", "Genomförd"),
                            ("cancelled", "Avbruten"),
                        ],
                        default="proposed",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                ("as_of", models.DateField(verbose_name="per den")),
                ("proposed_at", models.DateTimeField(default=common.clock.now, verbose_name="föreslogs")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="godkändes")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="avslutades")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="godkändes av",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="föreslogs av",
                    ),
                ),
            ],
            options={
                "verbose_name": "gallring",
                "verbose_name_plural": "gallringar",
                "ordering": ["-proposed_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "proposed")),
                        fields=("status",),
                        name="audit_destruction_one_proposal",
                        violation_error_message="Det finns redan ett förslag till gallring. Godkänn eller avbryt det först.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="audit_destruction_four_eyes",
                        violation_error_message="Du har själv gjort förslaget. En annan person måste godkänna det.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["proposed", "cancelled"]),
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="audit_destruction_done_is_approved",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DestroyedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person_reference", models.CharField(db_index=True, max_length=20, verbose_name="akt")),
                ("last_note", models.DateField(verbose_name="sista anteckningen")),
                ("due_from", models.DateField(verbose_name="ska gallras från")),
                ("done_by", models.DateField(verbose_name="senast")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "Väntar"),
                            ("destroyed", "Gallrad"),
                            ("spared", "Inte gallrad: det har kommit nya anteckningar"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="utfall",
                    ),
                ),
                ("destroyed_at", models.DateTimeField(blank=True, null=True, verbose_name="gallrades")),
                ("rows", models.JSONField(blank=True, default=dict, verbose_name="uppgifter")),
                ("letter_files", models.JSONField(blank=True, default=list, verbose_name="brevfiler")),
                (
                    "destruction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="audit.destruction",
                        verbose_name="gallring",
                    ),
                ),
            ],
            options={
                "verbose_name": "gallrad akt",
                "verbose_name_plural": "gallrade akter",
                "ordering": ["done_by", "person_reference"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("destruction", "person_reference"), name="audit_destroyedfile_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "destroyed"), _negated=True),
                            ("destroyed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="audit_destroyedfile_has_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, default=common.clock.now, verbose_name="tidpunkt")),
                ("request_id", models.CharField(blank=True, max_length=36, verbose_name="anrop")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="skäl")),
                ("text_salt", models.CharField(blank=True, editable=False, max_length=32)),
                ("text_sha256", models.CharField(blank=True, editable=False, max_length=64)),
                ("actor", models.CharField(max_length=150, verbose_name="vem")),
                ("acting_for", models.CharField(blank=True, max_length=60, verbose_name="för vem")),
                ("action", models.CharField(max_length=60, verbose_name="händelse")),
                ("person_reference", models.CharField(blank=True, db_index=True, max_length=20, verbose_name="person")),
                ("object_reference", models.CharField(blank=True, max_length=60, verbose_name="objekt")),
                ("run_reference", models.CharField(blank=True, max_length=20, verbose_name="körning")),
                ("before", models.JSONField(blank=True, null=True, verbose_name="före")),
                ("after", models.JSONField(blank=True, null=True, verbose_name="efter")),
                ("data", models.JSONField(blank=True, default=dict, verbose_name="uppgifter")),
                (
                    "transaction",
                    models.BigIntegerField(
                        db_default=models.Func(
                            function="pg_current_xact_id",
                            output_field=models.BigIntegerField(),
                            template="(%(function)s()::text::bigint)",
                        ),
                        editable=False,
                        verbose_name="transaktion",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="användare",
                    ),
                ),
            ],
            options={
                "verbose_name": "händelse",
                "verbose_name_plural": "händelser",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["transaction"], name="audit_event_transaction")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("actor", ""), _negated=True), name="audit_event_has_actor"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("action", ""), _negated=True), name="audit_event_has_action"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Read",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, default=common.clock.now, verbose_name="tidpunkt")),
                ("request_id", models.CharField(blank=True, max_length=36, verbose_name="anrop")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="skäl")),
                ("text_salt", models.CharField(blank=True, editable=False, max_length=32)),
                ("text_sha256", models.CharField(blank=True, editable=False, max_length=64)),
                ("person_reference", models.CharField(blank=True, db_index=True, max_length=20, verbose_name="person")),
                ("what", models.CharField(max_length=60, verbose_name="vad")),
                ("search", models.CharField(blank=True, max_length=200, verbose_name="sökning")),
                ("hits", models.PositiveIntegerField(blank=True, null=True, verbose_name="träffar")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="användare",
                    ),
                ),
            ],
            options={
                "verbose_name": "läsning",
                "verbose_name_plural": "läsningar",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["user", "at"], name="audit_read_user_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person_reference", ""), _negated=True), ("hits__isnull", False), _connector="OR"
                        ),
                        name="audit_read_of_a_person_or_a_search",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RowVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=63, verbose_name="tabell")),
                ("row", models.BigIntegerField(verbose_name="rad")),
                (
                    "operation",
                    models.CharField(
                        choices=[("UPDATE", "Ändrad"), ("DELETE", "Borttagen")], max_length=6, verbose_name="vad"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="tidpunkt")),
                ("transaction", models.BigIntegerField(verbose_name="transaktion")),
                ("db_role", models.CharField(max_length=63, verbose_name="databasroll")),
                ("old", models.JSONField(verbose_name="före")),
                ("salt", models.UUIDField(db_default=models.Func(function="gen_random_uuid"), editable=False)),
            ],
            options={
                "verbose_name": "tidigare uppgift",
                "verbose_name_plural": "tidigare uppgifter",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["table", "row"], name="audit_rowversion_of")],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "log",
                    models.CharField(
                        choices=[("events", "Händelser"), ("reads", "Läsningar"), ("rows", "Tidigare uppgifter")],
                        max_length=6,
                        verbose_name="logg",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="nummer")),
                ("at", models.DateTimeField(default=common.clock.now, verbose_name="tidpunkt")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                ("until_id", models.BigIntegerField(verbose_name="till och med")),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="rader"
                    ),
                ),
                ("digests", models.BinaryField(verbose_name="radernas kontrollsummor")),
                ("previous_sha256", models.CharField(max_length=64, verbose_name="förra sigillet")),
                ("sha256", models.CharField(max_length=64, verbose_name="kontrollsumma")),
            ],
            options={
                "verbose_name": "sigill",
                "verbose_name_plural": "sigill",
                "ordering": ["log", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("log", "number"), name="audit_seal_one_chain"),
                    models.UniqueConstraint(fields=("log", "previous_sha256"), name="audit_seal_one_successor"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="audit_seal_counts_from_one"),
                ],
            },
        ),
        run_sql_file("audit", "append_only"),
        append_only("audit_seal"),
        run_sql_file("audit", "sealing"),
        run_sql_file("audit", "row_history"),
        run_sql_file("audit", "forgetting"),
        run_sql_file("audit", "guarding"),
    ]
