import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.references
from audit.append_only import append_only
from audit.forgetting import gone_with_the_file
from audit.history import keep_history


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("choices", "0006_corrections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Note",
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
                ("text", models.TextField(max_length=4000, verbose_name="anteckning")),
                ("written_at", models.DateTimeField(default=common.clock.now, verbose_name="skrevs")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="skrevs av",
                    ),
                ),
            ],
            options={
                "verbose_name": "anteckning",
                "verbose_name_plural": "anteckningar",
                "ordering": ["-written_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="casework_note_says_something"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Scan",
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
                ("received_on", models.DateField(verbose_name="kom in")),
                (
                    "kind",
                    models.CharField(
                        choices=[("application/pdf", "PDF"), ("image/jpeg", "JPEG"), ("image/png", "PNG")],
                        max_length=20,
                        verbose_name="slag",
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="byte")),
                ("sha256", models.CharField(max_length=64, verbose_name="kontrollsumma")),
                ("added_at", models.DateTimeField(default=common.clock.now, verbose_name="lades in")),
                ("put_away_at", models.DateTimeField(blank=True, null=True, verbose_name="lades undan")),
                ("put_away_why", models.CharField(blank=True, max_length=200, verbose_name="varför")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="lades in av",
                    ),
                ),
                (
                    "choice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="choices.choice",
                        verbose_name="val",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "inskannad blankett",
                "verbose_name_plural": "inskannade blanketter",
                "ordering": ["received_on", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("choice", None), ("put_away_at", None)),
                        fields=["received_on", "id"],
                        name="casework_scan_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("choice__isnull", True),
                            models.Q(("person__isnull", False), ("put_away_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="casework_scan_of_the_choice_or_put_away",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("put_away_at__isnull", True),
                            models.Q(("put_away_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="casework_scan_put_away_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=60, unique=True, verbose_name="vad")),
                ("rests_until", models.DateField(blank=True, null=True, verbose_name="vilar till")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="varför")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="klar")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("changed_at", models.DateTimeField(default=common.clock.now, verbose_name="ändrades")),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ändrades av",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="vem har den",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work_marks",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "märkning i arbetslistan",
                "verbose_name_plural": "märkningar i arbetslistan",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rests_until__isnull", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="casework_workmark_rest_says_why",
                        violation_error_message="Skriv varför det får vänta.",
                    )
                ],
            },
        ),
        append_only("casework_note"),
        gone_with_the_file("casework_note", "SELECT p.reference FROM choices_person p WHERE p.id = OLD.person_id"),
        *keep_history("casework_scan", "casework_workmark"),
    ]
