import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.references
from audit.append_only import gone_with_the_file
from audit.history import keep_history


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("allocation", "0001_initial"),
        ("audit", "0001_initial"),
        ("choices", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FigureSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", models.CharField(max_length=60, verbose_name="period")),
                ("basis", models.CharField(blank=True, max_length=20, verbose_name="underlag")),
                ("day", models.DateField(verbose_name="dag")),
                ("whole", models.BooleanField(default=False, verbose_name="inget är dolt")),
                ("made_at", models.DateTimeField(default=common.clock.now, verbose_name="räknades fram")),
                ("content", models.JSONField(verbose_name="siffror")),
            ],
            options={
                "verbose_name": "sifferblad",
                "verbose_name_plural": "sifferblad",
                "ordering": ["-day", "period"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("period", "basis", "day", "whole"), name="casework_figuresheet_once_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LogReview",
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
                ("period_from", models.DateField(verbose_name="från och med")),
                ("period_to", models.DateField(verbose_name="till och med")),
                ("seed", models.CharField(editable=False, max_length=32, verbose_name="lottningsfrö")),
                ("sample_size", models.PositiveSmallIntegerField(verbose_name="slumpvis utvalda")),
                ("last_read", models.BigIntegerField(editable=False, verbose_name="sista raden")),
                ("rows", models.PositiveIntegerField(editable=False, verbose_name="rader i perioden")),
                ("made_at", models.DateTimeField(default=common.clock.now, verbose_name="påbörjades")),
                ("conclusion", models.TextField(blank=True, max_length=2000, verbose_name="slutsats")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="avslutades")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="av",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="av",
                    ),
                ),
            ],
            options={
                "verbose_name": "logggranskning",
                "verbose_name_plural": "logggranskningar",
                "ordering": ["-period_to", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("period_to__gte", models.F("period_from"))),
                        name="casework_logreview_period_forward",
                        violation_error_message="Sista dagen måste vara samma dag som den första eller senare.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                models.Q(("conclusion", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="casework_logreview_closed_with_conclusion",
                    ),
                ],
            },
        ),
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
            name="ReviewItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "whys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("random", "Slumpvis vald"),
                                ("surname", "Samma efternamn"),
                                ("street", "Samma gata som någon med samma efternamn"),
                                ("colleague", "Heter som en kollega"),
                                ("protected", "Skyddade uppgifter"),
                                ("no_case", "Inget pågående ärende"),
                                ("hours", "Utanför arbetstid"),
                                ("volume", "Ovanligt många den dagen"),
                            ],
                            max_length=10,
                        ),
                        size=None,
                        verbose_name="varför den valdes",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("justified", "Befogad"), ("ask", "Ska utredas"), ("unjustified", "Inte befogad")],
                        max_length=11,
                        verbose_name="bedömning",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="anteckning")),
                ("judged_at", models.DateTimeField(blank=True, null=True, verbose_name="bedömdes")),
                (
                    "judged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="bedömdes av",
                    ),
                ),
                (
                    "read",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.read",
                        verbose_name="läsning",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="casework.logreview",
                        verbose_name="granskning",
                    ),
                ),
            ],
            options={
                "verbose_name": "granskad läsning",
                "verbose_name_plural": "granskade läsningar",
                "ordering": ["review", "read"],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "read"), name="casework_reviewitem_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("judged_at__isnull", True), ("judged_by__isnull", True), ("verdict", "")),
                            models.Q(
                                models.Q(("verdict", ""), _negated=True),
                                ("judged_at__isnull", False),
                                ("judged_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="casework_reviewitem_judged_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict__in", ["", "justified"]), models.Q(("note", ""), _negated=True), _connector="OR"
                        ),
                        name="casework_reviewitem_says_what_is_wrong",
                        violation_error_message="Skriv vad som är oklart eller fel.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RunRequest",
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
                ("dry", models.BooleanField(verbose_name="på prov")),
                ("asked_at", models.DateTimeField(default=common.clock.now, verbose_name="begärdes")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Räknas ut"),
                            ("done", "Klar"),
                            ("refused", "Gick inte"),
                            ("failed", "Misslyckades"),
                        ],
                        default="asked",
                        max_length=7,
                        verbose_name="status",
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="avslutades")),
                ("figures", models.JSONField(default=dict, verbose_name="siffror")),
                ("words", models.CharField(blank=True, max_length=500, verbose_name="varför det inte gick")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="begärdes av",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="choices.choiceround",
                        verbose_name="valomgång",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="allocation.allocationrun",
                        verbose_name="körning",
                    ),
                ),
            ],
            options={
                "verbose_name": "begärd körning",
                "verbose_name_plural": "begärda körningar",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state", "asked")),
                            models.Q(models.Q(("state", "asked"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="casework_runrequest_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("dry", False), ("run__isnull", True), _connector="OR"),
                        name="casework_runrequest_dry_has_no_run",
                    ),
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
        migrations.CreateModel(
            name="AddressLook",
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
                    "state",
                    models.CharField(
                        choices=[("proposed", "Väntar på beslut"), ("approved", "Godkänt"), ("refused", "Avslaget")],
                        default="proposed",
                        editable=False,
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="varför")),
                (
                    "proposed_at",
                    models.DateTimeField(default=common.clock.now, editable=False, verbose_name="föreslogs"),
                ),
                ("decided_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="avgjordes")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="avgjordes av",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="address_looks",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="föreslogs av",
                    ),
                ),
            ],
            options={
                "verbose_name": "titt på skyddad adress",
                "verbose_name_plural": "tittar på skyddade adresser",
                "ordering": ["-proposed_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "proposed")),
                            models.Q(
                                ("decided_at__isnull", False), ("decided_by__isnull", False), ("state", "refused")
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state", "approved"),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="casework_addresslook_two_people",
                        violation_error_message="Den som föreslog kan inte själv godkänna.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="casework_addresslook_says_why"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("person", "proposed_by"),
                        name="casework_addresslook_one_open",
                        violation_error_message="Du har redan frågat. Vänta på svaret.",
                    ),
                ],
            },
        ),
        gone_with_the_file("casework_note", "SELECT p.reference FROM choices_person p WHERE p.id = OLD.person_id"),
        *keep_history(
            "casework_addresslook",
            "casework_scan",
            "casework_workmark",
        ),
    ]
