import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import common.clock
import common.references
from common.sql_files import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("letters", "0001_initial"),
        ("choices", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FaultReport",
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
                ("sent_at", models.DateTimeField(db_index=True, default=common.clock.now, verbose_name="skickades")),
                ("where", models.CharField(blank=True, max_length=200, verbose_name="var")),
                ("words", models.CharField(max_length=1000, verbose_name="vad som inte fungerar")),
                ("contact", models.CharField(blank=True, max_length=120, verbose_name="telefon eller e-post")),
            ],
            options={
                "verbose_name": "felanmälan",
                "verbose_name_plural": "felanmälningar",
                "ordering": ["sent_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="citizens_fault_says_something"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JointChoice",
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
                ("wishes", models.JSONField(verbose_name="önskemål")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Väntar på att alla bekräftar"),
                            ("registered", "Alla har bekräftat"),
                            ("refused", "Någon sade nej"),
                            ("replaced", "Ersatt av ett nytt förslag"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("made_at", models.DateTimeField(default=common.clock.now, verbose_name="gjordes")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="avgjordes")),
                (
                    "choice",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="choices.choice",
                        verbose_name="valet som blev av",
                    ),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="choices.mandate",
                        verbose_name="med stöd av",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "gemensamt val",
                "verbose_name_plural": "gemensamma val",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "waiting")),
                        fields=("mandate",),
                        name="citizens_jointchoice_one_waits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("choice__isnull", False), ("status", "registered")),
                            models.Q(models.Q(("status", "registered"), _negated=True), ("choice__isnull", True)),
                            _connector="OR",
                        ),
                        name="citizens_jointchoice_registered_has_choice",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("status", "waiting")),
                            models.Q(models.Q(("status", "waiting"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="citizens_jointchoice_ended_when_decided",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JointConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("assured", models.JSONField(default=list, verbose_name="kontrollerat")),
                ("given_at", models.DateTimeField(default=common.clock.now, verbose_name="gavs")),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="choices.mandateholder",
                        verbose_name="företrädare",
                    ),
                ),
                (
                    "joint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="citizens.jointchoice",
                        verbose_name="gemensamt val",
                    ),
                ),
            ],
            options={
                "verbose_name": "samtycke",
                "verbose_name_plural": "samtycken",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("joint", "holder"),
                        name="citizens_jointconsent_once",
                        violation_error_message="Du har redan bekräftat valet.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("made_at", models.DateTimeField(default=common.clock.now, verbose_name="gjord")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="slutade gälla")),
                (
                    "ended_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reissued", "En ny kod är gjord"),
                            ("stopped", "Spärrad av handläggare"),
                            ("guessed", "För många felaktiga födelsedatum"),
                            ("death", "Personen är avliden"),
                            ("protection", "Personen har skyddade uppgifter"),
                            ("merged", "Personen har fått ett nytt nummer"),
                            ("returned", "Brevet kom tillbaka"),
                        ],
                        max_length=10,
                        verbose_name="varför den slutade gälla",
                    ),
                ),
                ("used", models.PositiveIntegerField(default=0, verbose_name="gånger den har använts")),
                ("last_used_at", models.DateTimeField(blank=True, null=True, verbose_name="användes senast")),
                ("wrong_dates", models.PositiveIntegerField(default=0, verbose_name="felaktiga födelsedatum")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter_codes",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="choices.choiceround",
                        verbose_name="valomgång",
                    ),
                ),
            ],
            options={
                "verbose_name": "kod i brevet",
                "verbose_name_plural": "koder i brev",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("person", "round"),
                        name="citizens_lettercode_one_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_why", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("ended_why", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="citizens_lettercode_end_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("draft_reference", models.CharField(max_length=20, verbose_name="utkastets referens")),
                (
                    "choice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submission",
                        to="choices.choice",
                        verbose_name="val",
                    ),
                ),
            ],
            options={
                "verbose_name": "inskickat val",
                "verbose_name_plural": "inskickade val",
                "constraints": [models.UniqueConstraint(fields=("draft_reference",), name="citizens_submission_once")],
            },
        ),
        migrations.CreateModel(
            name="Draft",
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
                ("revision", models.PositiveIntegerField(default=0, verbose_name="ändring")),
                ("changed_at", models.DateTimeField(default=common.clock.now, verbose_name="ändrades")),
                (
                    "assured",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="intygat",
                    ),
                ),
                ("declines_to_choose", models.BooleanField(blank=True, null=True, verbose_name="vill inte välja")),
                (
                    "ranking",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="utförare",
                    ),
                ),
                ("queue_if_full", models.BooleanField(blank=True, null=True, verbose_name="vill stå i kö")),
                (
                    "accepts_interim",
                    models.BooleanField(blank=True, null=True, verbose_name="tar en tillfällig utförare"),
                ),
                ("together", models.BooleanField(blank=True, null=True, verbose_name="samma utförare som hushållet")),
                ("language_wish", models.CharField(blank=True, max_length=3, null=True, verbose_name="önskat språk")),
                (
                    "mandate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="choices.mandate",
                        verbose_name="med stöd av",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "utkast",
                "verbose_name_plural": "utkast",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "mandate"), name="citizens_draft_one_each", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ranking__len__lte", 5)), name="citizens_draft_at_most_five"
                    ),
                ],
            },
        ),
        run_sql_file("citizens", "letter_codes"),
    ]
