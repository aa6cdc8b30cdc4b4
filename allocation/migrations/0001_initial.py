import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.references
from audit.history import keep_history


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("accounts", "__first__"),
        ("choices", "0001_initial"),
        ("providers", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="NightStart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("business_date", models.DateField(db_index=True, verbose_name="datum")),
                ("started_at", models.DateTimeField(default=common.clock.now, verbose_name="började")),
            ],
            options={
                "verbose_name": "påbörjad natt",
                "verbose_name_plural": "påbörjade nätter",
                "ordering": ["-started_at"],
            },
        ),
        migrations.CreateModel(
            name="RunFailure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("round", "Valomgång"), ("night", "Nattkörning"), ("exit", "Avtal som upphör")],
                        max_length=6,
                        verbose_name="slag",
                    ),
                ),
                ("business_date", models.DateField(db_index=True, verbose_name="datum")),
                ("at", models.DateTimeField(default=common.clock.now, verbose_name="tidpunkt")),
                ("error", models.CharField(max_length=500, verbose_name="fel")),
            ],
            options={
                "verbose_name": "misslyckad körning",
                "verbose_name_plural": "misslyckade körningar",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="AllocationRun",
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
                    "kind",
                    models.CharField(
                        choices=[("round", "Valomgång"), ("night", "Nattkörning"), ("exit", "Avtal som upphör")],
                        max_length=6,
                        verbose_name="slag",
                    ),
                ),
                ("business_date", models.DateField(verbose_name="kördes")),
                ("effective_date", models.DateField(verbose_name="gäller från")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Förslag"),
                            ("approved", "Godkänd"),
                            ("applied", "Genomförd"),
                            ("cancelled", "Avbruten"),
                            ("superseded", "Ersatt av ett nytt förslag"),
                            ("undone", "Ångrad"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("seed", models.CharField(editable=False, max_length=64, verbose_name="lottningsfrö")),
                ("label", models.CharField(editable=False, max_length=30, verbose_name="lottningens namn")),
                ("makes_offers", models.BooleanField(default=False, verbose_name="lämnar erbjudanden")),
                ("engine_version", models.CharField(max_length=20, verbose_name="motorns version")),
                ("problem_sha256", models.CharField(max_length=64, verbose_name="underlagets kontrollsumma")),
                ("outcome_sha256", models.CharField(max_length=64, verbose_name="utfallets kontrollsumma")),
                ("figures", models.JSONField(default=dict, editable=False, verbose_name="siffror")),
                ("proposed_at", models.DateTimeField(default=common.clock.now, verbose_name="föreslogs")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="godkändes")),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="genomfördes")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="avbröts")),
                ("cancel_reason", models.CharField(blank=True, max_length=200, verbose_name="varför den avbröts")),
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
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="avbröts av",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="föreslogs av",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="choices.choiceround",
                        verbose_name="valomgång",
                    ),
                ),
            ],
            options={
                "verbose_name": "fördelningskörning",
                "verbose_name_plural": "fördelningskörningar",
                "ordering": ["-proposed_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ContactTask",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("moved", "Måste byta mot sitt val"),
                            ("exit", "Utförarens avtal upphör"),
                            ("proposal", "Fråga om personen vill byta"),
                            ("silent", "Svarade inte på ett erbjudande"),
                            ("new_area", "Har flyttat till ett annat område"),
                            ("gap", "Står utan utförare"),
                            ("asked", "Har bett oss ringa"),
                        ],
                        max_length=8,
                        verbose_name="varför",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("to_do", "Att ringa"), ("done", "Klar"), ("dropped", "Behövs inte längre")],
                        default="to_do",
                        max_length=7,
                        verbose_name="status",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="senast")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="telefon att ringa")),
                ("words", models.TextField(blank=True, max_length=500, verbose_name="vad det gäller")),
                ("created_at", models.DateTimeField(default=common.clock.now, verbose_name="skapad")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="klar")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_tasks",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_tasks",
                        to="allocation.allocationrun",
                        verbose_name="körning",
                    ),
                ),
            ],
            options={
                "verbose_name": "samtal att ringa",
                "verbose_name_plural": "samtal att ringa",
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="ContactAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=common.clock.now, verbose_name="när")),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("reached", "Fick svar"),
                            ("no_answer", "Inget svar"),
                            ("call_again", "Ring igen"),
                            ("wrong_number", "Fel nummer"),
                        ],
                        max_length=12,
                        verbose_name="resultat",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="anteckning")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="vem",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="allocation.contacttask",
                        verbose_name="samtal",
                    ),
                ),
            ],
            options={
                "verbose_name": "försök att ringa",
                "verbose_name_plural": "försök att ringa",
                "ordering": ["at"],
            },
        ),
        migrations.CreateModel(
            name="Night",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("business_date", models.DateField(unique=True, verbose_name="datum")),
                ("started_at", models.DateTimeField(default=common.clock.now, verbose_name="började")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="blev klar")),
                ("report", models.JSONField(default=dict, verbose_name="rapport")),
                (
                    "run",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="night",
                        to="allocation.allocationrun",
                        verbose_name="körning",
                    ),
                ),
            ],
            options={
                "verbose_name": "natt",
                "verbose_name_plural": "nätter",
                "ordering": ["-business_date"],
            },
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="gäller från")),
                (
                    "valid_until",
                    models.DateField(
                        blank=True,
                        help_text="Första dagen som inte längre gäller.",
                        null=True,
                        verbose_name="gäller till",
                    ),
                ),
                ("interim", models.BooleanField(default=False, verbose_name="tillfällig")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="skäl")),
                ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="varför den slutar")),
                ("end_was", models.DateField(blank=True, null=True, verbose_name="slutade förut")),
                ("registered_at", models.DateTimeField(default=common.clock.now, verbose_name="registrerades")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="providers.contract",
                        verbose_name="avtal",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="beslutades av",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ended",
                        to="allocation.allocationrun",
                        verbose_name="avslutades av",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="allocation.allocationrun",
                        verbose_name="körning",
                    ),
                ),
            ],
            options={
                "verbose_name": "placering",
                "verbose_name_plural": "placeringar",
                "ordering": ["person", "valid_from"],
                "indexes": [models.Index(fields=["contract", "valid_from"], name="allocation_placement_contract")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="allocation_placement_forward",
                        violation_error_message="Slutdatum får inte ligga före startdatum.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("person", "="),
                            (
                                models.Func(
                                    models.F("valid_from"),
                                    models.F("valid_until"),
                                    models.Value("[)"),
                                    function="DATERANGE",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="allocation_placement_never_two",
                        violation_error_message="Personen har redan en utförare under den tiden.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Offer",
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
                ("unit", models.CharField(max_length=20, verbose_name="enhet")),
                ("minutes", models.PositiveIntegerField(verbose_name="minuter per månad")),
                ("starts_on", models.DateField(verbose_name="gäller från")),
                ("made_at", models.DateTimeField(default=common.clock.now, verbose_name="lämnades")),
                ("answer_by", models.DateField(verbose_name="svara senast")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Väntar på svar"),
                            ("accepted", "Ja"),
                            ("declined", "Nej"),
                            ("expired", "Inget svar"),
                            ("withdrawn", "Återtaget"),
                        ],
                        default="open",
                        max_length=9,
                        verbose_name="svar",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="besvarades")),
                ("silence_broken_at", models.DateTimeField(blank=True, null=True, verbose_name="hörde av sig")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="providers.contract",
                        verbose_name="avtal",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="allocation.allocationrun",
                        verbose_name="körning",
                    ),
                ),
                (
                    "placement",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offer",
                        to="allocation.placement",
                        verbose_name="placering",
                    ),
                ),
            ],
            options={
                "verbose_name": "erbjudande",
                "verbose_name_plural": "erbjudanden",
                "ordering": ["answer_by", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("status", "open"),
                            models.Q(("placement__isnull", True), ("status", "accepted")),
                            _connector="OR",
                        ),
                        fields=("person",),
                        name="allocation_offer_one_open",
                        violation_error_message="Personen har redan ett erbjudande att svara på.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status", "open"), ("answered_at__isnull", False), _connector="OR"),
                        name="allocation_offer_answer_has_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("placement__isnull", True), ("status", "accepted"), _connector="OR"),
                        name="allocation_offer_placed_by_yes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("starts_on__gt", models.F("answer_by"))),
                        name="allocation_offer_time_to_answer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderExit",
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
                    "reason",
                    models.CharField(
                        choices=[
                            ("permit", "Tillståndet är återkallat"),
                            ("contract", "Avtalet är slut"),
                            ("bankrupt", "Utföraren har gått i konkurs"),
                        ],
                        max_length=8,
                        verbose_name="varför",
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("external", "Bara externa utförare"),
                            ("any", "Externa utförare i första hand, annars kommunen"),
                        ],
                        default="external",
                        max_length=8,
                        verbose_name="vart klienterna flyttas",
                    ),
                ),
                ("phone_first", models.BooleanField(default=True, verbose_name="ring alla först")),
                ("ends_on", models.DateField(help_text="Första dagen utan avtal.", verbose_name="avtalet upphör")),
                (
                    "moved_by",
                    models.DateField(help_text="Första dagen då ingen är kvar.", verbose_name="alla ska ha flyttat"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Pågår"), ("done", "Klart"), ("cancelled", "Avbrutet")],
                        default="open",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                ("created_at", models.DateTimeField(default=common.clock.now, verbose_name="skapades")),
                (
                    "contracts",
                    models.ManyToManyField(related_name="exits", to="providers.contract", verbose_name="avtal"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="skapades av",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exits",
                        to="providers.provider",
                        verbose_name="utförare",
                    ),
                ),
            ],
            options={
                "verbose_name": "avtalsupphörande",
                "verbose_name_plural": "avtalsupphöranden",
                "ordering": ["-ends_on"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("provider",),
                        name="allocation_exit_one_open",
                        violation_error_message="Utföraren är redan på väg ut.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("moved_by__gte", models.F("ends_on"))),
                        name="allocation_exit_moved_after_end",
                        violation_error_message="Alla kan inte ha flyttat innan avtalet upphör.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="contacttask",
            name="exit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contact_tasks",
                to="allocation.providerexit",
                verbose_name="avtalsupphörande",
            ),
        ),
        migrations.AddField(
            model_name="allocationrun",
            name="exit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="allocation.providerexit",
                verbose_name="avtalsupphörande",
            ),
        ),
        migrations.CreateModel(
            name="RunDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("problem", "Underlag"), ("outcome", "Utfall")], max_length=7, verbose_name="slag"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="kontrollsumma")),
                ("content_gzip", models.BinaryField(verbose_name="innehåll")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="allocation.allocationrun",
                        verbose_name="körning",
                    ),
                ),
            ],
            options={
                "verbose_name": "handling i körning",
                "verbose_name_plural": "handlingar i körning",
                "constraints": [
                    models.UniqueConstraint(fields=("run", "kind"), name="allocation_document_one_of_a_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="AreaDate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField(verbose_name="väntar sedan")),
                (
                    "cleared_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="allocation.allocationrun",
                        verbose_name="togs bort av",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="area_dates",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="allocation.allocationrun",
                        verbose_name="sattes av",
                    ),
                ),
            ],
            options={
                "verbose_name": "väntetid",
                "verbose_name_plural": "väntetider",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cleared_by__isnull", True)),
                        fields=("person",),
                        name="allocation_areadate_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutcomeRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minutes", models.PositiveIntegerField(verbose_name="minuter per månad")),
                ("answered", models.BooleanField(verbose_name="valde")),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("wish", "Fick ett av sina val"),
                            ("kept", "Behåller sin utförare"),
                            ("no_answer_kept", "Valde inte, behåller sin utförare"),
                            ("no_answer_municipal", "Valde inte, får kommunens hemtjänst"),
                            ("no_answer_guarantee", "Valde inte, får en utförare med garanterad volym"),
                            ("no_answer_free_space", "Valde inte, får en utförare med ledig plats"),
                            ("no_answer_rotation", "Valde inte, får en utförare i tur och ordning"),
                            ("fallback", "Inget val fick plats, får kommunens hemtjänst"),
                            ("exit", "Utförarens avtal upphör, får en ny utförare"),
                        ],
                        max_length=22,
                        verbose_name="hur",
                    ),
                ),
                ("wish_rank", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="vilket val")),
                ("unmet", models.JSONField(default=list, verbose_name="val som inte fick plats")),
                (
                    "act",
                    models.CharField(
                        choices=[("none", "Ingen ändring"), ("place", "Ny utförare"), ("offer", "Erbjudande")],
                        default="none",
                        max_length=5,
                        verbose_name="åtgärd",
                    ),
                ),
                ("unit", models.CharField(max_length=20, verbose_name="enhet")),
                ("area_date", models.DateField(blank=True, null=True, verbose_name="väntar sedan")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.area",
                        verbose_name="område",
                    ),
                ),
                (
                    "call_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                        verbose_name="att ringa om",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcome_rows",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                        verbose_name="utförare",
                    ),
                ),
                (
                    "provider_before",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                        verbose_name="utförare före",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="allocation.allocationrun",
                        verbose_name="körning",
                    ),
                ),
            ],
            options={
                "verbose_name": "utfall",
                "verbose_name_plural": "utfall",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("unmet", []), _negated=True),
                        fields=["unmet"],
                        name="allocation_outcome_waits",
                        opclasses=["jsonb_path_ops"],
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "person"), name="allocation_outcome_one_per_person"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("how", "wish"), _negated=True), ("wish_rank__isnull", False), _connector="OR"
                        ),
                        name="allocation_outcome_wish_has_rank",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="contacttask",
            constraint=models.UniqueConstraint(
                fields=("run", "person", "kind"), name="allocation_contact_once_per_run"
            ),
        ),
        migrations.AddConstraint(
            model_name="contacttask",
            constraint=models.UniqueConstraint(
                fields=("exit", "person", "kind"), name="allocation_contact_once_per_exit"
            ),
        ),
        migrations.AddConstraint(
            model_name="contacttask",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "asked"), ("status", "to_do")),
                fields=("person",),
                name="allocation_contact_asked_once",
                violation_error_message="Personen har redan bett oss ringa.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contacttask",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "to_do"), ("done_at__isnull", False), _connector="OR"),
                name="allocation_contact_done_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["cancelled", "superseded", "undone"]), _negated=True),
                fields=("kind", "business_date", "round", "exit"),
                name="allocation_run_claimed_once",
                nulls_distinct=False,
                violation_error_message="Det finns redan en körning för den dagen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    ("proposed_by__isnull", True),
                    models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="allocation_run_four_eyes",
                violation_error_message="Den som föreslog körningen kan inte godkänna den.",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "proposed"),
                    models.Q(("approved_at__isnull", False), ("status", "approved")),
                    models.Q(("applied_at__isnull", False), ("approved_at__isnull", False), ("status", "applied")),
                    models.Q(("cancelled_at__isnull", False), ("status__in", ["cancelled", "superseded"])),
                    models.Q(("applied_at__isnull", False), ("cancelled_at__isnull", False), ("status", "undone")),
                    _connector="OR",
                ),
                name="allocation_run_status_has_its_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "round"), _negated=True), ("round__isnull", False), _connector="OR"
                ),
                name="allocation_run_round_has_round",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationrun",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("kind", "exit"), _negated=True), ("exit__isnull", False), _connector="OR"),
                name="allocation_run_exit_has_exit",
            ),
        ),
        *keep_history(
            "allocation_allocationrun",
            "allocation_areadate",
            "allocation_offer",
            "allocation_placement",
            "allocation_providerexit",
        ),
    ]
