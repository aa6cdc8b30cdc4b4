import datetime

import django.db.models.deletion
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.references
from audit.history import keep_history
from common.sql_files import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("accounts", "__first__"),
        ("allocation", "0001_initial"),
        ("choices", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DigitalMailbox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opted_in_at", models.DateTimeField(default=common.clock.now, verbose_name="sa ja")),
                ("opted_out_at", models.DateTimeField(blank=True, null=True, verbose_name="sa nej")),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="digital_mailbox",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "digital brevlåda",
                "verbose_name_plural": "digitala brevlådor",
            },
        ),
        migrations.CreateModel(
            name="LetterText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(default=datetime.date(2016, 1, 1), verbose_name="gäller från")),
                ("proposed_at", models.DateTimeField(default=common.clock.now, verbose_name="föreslogs")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="godkändes")),
                ("rejected_at", models.DateTimeField(blank=True, null=True, verbose_name="avslogs")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invitation", "Inbjudan att välja"),
                            ("reminder", "Påminnelse om valet"),
                            ("receipt", "Kvitto på valet"),
                            ("decision", "Besked om utförare"),
                            ("queue", "Plats i kö"),
                            ("offer", "Erbjudande om plats"),
                            ("expired", "Erbjudandet har gått ut"),
                            ("exit", "Utföraren slutar"),
                            ("new_start", "Nytt startdatum"),
                            ("correction", "Rättelse"),
                        ],
                        max_length=12,
                        verbose_name="slag",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("sv", "Svenska"), ("sv-l", "Lätt svenska"), ("fi", "Finska"), ("en", "Engelska")],
                        max_length=5,
                        verbose_name="språk",
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("blocks", models.JSONField(verbose_name="text")),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="föreslogs av",
                    ),
                ),
            ],
            options={
                "verbose_name": "brevtext",
                "verbose_name_plural": "brevtexter",
                "ordering": ["kind", "language", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "language", "version"), name="letters_text_one_per_version"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            ("proposed_by__isnull", True),
                            models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="letters_text_four_eyes",
                        violation_error_message="Du har själv gjort förslaget. En annan person måste godkänna det.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_at__isnull", True), ("rejected_at__isnull", True), _connector="OR"
                        ),
                        name="letters_text_approved_or_rejected",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperForm",
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
                ("made_at", models.DateTimeField(default=common.clock.now, verbose_name="gjord")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper_forms",
                        to="choices.person",
                        verbose_name="person",
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
            ],
            options={
                "verbose_name": "blankett",
                "verbose_name_plural": "blanketter",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "round"), name="letters_paperform_one_each", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PrintBatch",
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
                ("stack", models.CharField(db_index=True, max_length=40, verbose_name="bunt")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("composed", "Väntar på korrektur"),
                            ("approved", "Godkänd"),
                            ("handed_over", "Lämnad till tryck"),
                            ("posted", "Postad"),
                            ("rejected", "Underkänd"),
                        ],
                        default="composed",
                        max_length=11,
                        verbose_name="status",
                    ),
                ),
                ("created_at", models.DateTimeField(default=common.clock.now, verbose_name="skapad")),
                ("letters_count", models.PositiveIntegerField(verbose_name="brev")),
                ("pages_count", models.PositiveIntegerField(verbose_name="sidor")),
                ("sheets_count", models.PositiveIntegerField(verbose_name="ark")),
                ("files_count", models.PositiveIntegerField(default=1, verbose_name="filer")),
                ("manifest_sha256", models.CharField(max_length=64, verbose_name="manifestets kontrollsumma")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="godkändes")),
                ("handed_over_at", models.DateTimeField(blank=True, null=True, verbose_name="lämnades till tryck")),
                ("posted_on", models.DateField(blank=True, null=True, verbose_name="postad")),
                ("reject_reason", models.CharField(blank=True, max_length=200, verbose_name="varför den underkändes")),
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
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="skapad av",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="print_batches",
                        to="allocation.allocationrun",
                        verbose_name="körning",
                    ),
                ),
            ],
            options={
                "verbose_name": "utskriftsomgång",
                "verbose_name_plural": "utskriftsomgångar",
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            ("created_by__isnull", True),
                            models.Q(("approved_by", models.F("created_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="letters_batch_four_eyes",
                        violation_error_message="Du har själv satt ihop utskriften. En annan person måste godkänna den.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["composed", "rejected"]),
                            models.Q(("approved_at__isnull", False), ("status", "approved")),
                            models.Q(
                                ("approved_at__isnull", False),
                                ("handed_over_at__isnull", False),
                                ("status", "handed_over"),
                            ),
                            models.Q(
                                ("handed_over_at__isnull", False), ("posted_on__isnull", False), ("status", "posted")
                            ),
                            _connector="OR",
                        ),
                        name="letters_batch_status_has_its_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
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
                            ("invitation", "Inbjudan att välja"),
                            ("reminder", "Påminnelse om valet"),
                            ("receipt", "Kvitto på valet"),
                            ("decision", "Besked om utförare"),
                            ("queue", "Plats i kö"),
                            ("offer", "Erbjudande om plats"),
                            ("expired", "Erbjudandet har gått ut"),
                            ("exit", "Utföraren slutar"),
                            ("new_start", "Nytt startdatum"),
                            ("correction", "Rättelse"),
                        ],
                        max_length=12,
                        verbose_name="slag",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("cause_on", models.DateField(blank=True, null=True, verbose_name="dag")),
                (
                    "route",
                    models.CharField(
                        choices=[
                            ("print", "Vanlig utskrift"),
                            ("protected", "Skyddad post"),
                            ("digital", "Digital brevlåda"),
                            ("hold", "Skickas inte"),
                        ],
                        default="print",
                        max_length=9,
                        verbose_name="väg",
                    ),
                ),
                ("hold_reason", models.CharField(blank=True, max_length=100, verbose_name="varför det inte skickas")),
                (
                    "language",
                    models.CharField(
                        choices=[("sv", "Svenska"), ("sv-l", "Lätt svenska"), ("fi", "Finska"), ("en", "Engelska")],
                        max_length=5,
                        verbose_name="språk",
                    ),
                ),
                ("layout_version", models.PositiveIntegerField(verbose_name="layoutens version")),
                ("facts", models.JSONField(verbose_name="uppgifter")),
                ("stack", models.CharField(db_index=True, max_length=40, verbose_name="bunt")),
                ("sort_postcode", models.CharField(blank=True, max_length=10, verbose_name="postnummer")),
                ("created_at", models.DateTimeField(default=common.clock.now, verbose_name="skapad")),
                ("rendered_at", models.DateTimeField(blank=True, null=True, verbose_name="framställd")),
                ("pages", models.PositiveIntegerField(blank=True, null=True, verbose_name="sidor")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="kontrollsumma")),
                ("posted_on", models.DateField(blank=True, null=True, verbose_name="postad")),
                ("delivery", models.CharField(blank=True, max_length=80, verbose_name="kvitto från digital brevlåda")),
                (
                    "choice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="choices.choice",
                        verbose_name="val",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="letters.letter",
                        verbose_name="rättar",
                    ),
                ),
                (
                    "exit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="allocation.providerexit",
                        verbose_name="avtalsupphörande",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="choices.mandateholder",
                        verbose_name="kopia till",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="allocation.offer",
                        verbose_name="erbjudande",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="allocation.placement",
                        verbose_name="placering",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
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
                        related_name="letters",
                        to="allocation.allocationrun",
                        verbose_name="körning",
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="letters.lettertext",
                        verbose_name="brevtext",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="letters.printbatch",
                        verbose_name="utskriftsomgång",
                    ),
                ),
            ],
            options={
                "verbose_name": "brev",
                "verbose_name_plural": "brev",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("rendered_at__isnull", True)),
                        fields=["stack", "id"],
                        name="letters_letter_unrendered",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "person",
                            "kind",
                            "version",
                            "holder",
                            "run",
                            "round",
                            "offer",
                            "exit",
                            "choice",
                            "placement",
                            "cause_on",
                        ),
                        name="letters_letter_once",
                        nulls_distinct=False,
                        violation_error_message="Brevet finns redan.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            models.Func(
                                models.F("run"),
                                models.F("round"),
                                models.F("offer"),
                                models.F("exit"),
                                models.F("choice"),
                                models.F("placement"),
                                models.F("cause_on"),
                                function="num_nonnulls",
                                output_field=models.IntegerField(),
                            ),
                            models.Value(1),
                        ),
                        name="letters_letter_one_cause",
                        violation_error_message="Ett brev har en orsak, och bara en.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("pages__isnull", True), ("rendered_at__isnull", True), ("sha256", "")),
                            models.Q(
                                ("pages__gt", 0),
                                ("rendered_at__isnull", False),
                                models.Q(("sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="letters_letter_rendered_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("batch__isnull", True), ("route", "print"), _connector="OR"),
                        name="letters_letter_batch_only_ordinary_print",
                        violation_error_message="Bara brev med vanlig utskrift får ligga i en utskriftsomgång.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version", 1), ("corrects__isnull", False), _connector="OR"),
                        name="letters_letter_later_version_corrects",
                        violation_error_message="En ny version pekar på den gamla.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnedLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("moved", "Har flyttat"),
                            ("unknown", "Okänd på adressen"),
                            ("deceased", "Avliden enligt posten"),
                            ("address", "Adressen är inte hel"),
                            ("other", "Annat"),
                        ],
                        max_length=8,
                        verbose_name="varför det kom tillbaka",
                    ),
                ),
                ("returned_on", models.DateField(verbose_name="kom tillbaka")),
                ("registered_at", models.DateTimeField(default=common.clock.now, verbose_name="registrerades")),
                ("handled_at", models.DateTimeField(blank=True, null=True, verbose_name="klart")),
                (
                    "handled_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("address", "Fick en ny adress, den är rättad i verksamhetssystemet"),
                            ("sent", "Brevet är skickat på nytt"),
                            ("phoned", "Ringde, och berättade vad som stod i brevet"),
                            ("met", "Träffade personen, och lämnade brevet"),
                            ("deceased", "Personen är avliden"),
                            ("other", "Annat"),
                        ],
                        max_length=8,
                        verbose_name="vad som gjordes",
                    ),
                ),
                ("handled_note", models.CharField(blank=True, max_length=200, verbose_name="mer om det")),
                (
                    "handled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="gjort av",
                    ),
                ),
                (
                    "letter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returned",
                        to="letters.letter",
                        verbose_name="brev",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="registrerades av",
                    ),
                ),
            ],
            options={
                "verbose_name": "brev som kom tillbaka",
                "verbose_name_plural": "brev som kom tillbaka",
                "ordering": ["returned_on", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("handled_at__isnull", True)),
                        fields=["returned_on"],
                        name="letters_returned_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handled_at__isnull", True), ("handled_how", "")),
                            models.Q(
                                ("handled_at__isnull", False),
                                models.Q(("handled_how", ""), _negated=True),
                                models.Q(("handled_how", "other"), ("handled_note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="letters_returned_says_what_was_done",
                        violation_error_message="Skriv vad som är gjort.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoundProof",
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
                ("content", models.JSONField(editable=False, verbose_name="innehåll")),
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
                    "proposed_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="föreslogs av",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proofs",
                        to="choices.choiceround",
                        verbose_name="valomgång",
                    ),
                ),
            ],
            options={
                "verbose_name": "korrektur",
                "verbose_name_plural": "korrektur",
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
                        name="letters_proof_two_people",
                        violation_error_message="Den som föreslog kan inte själv godkänna.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("round",),
                        name="letters_proof_one_open",
                        violation_error_message="Det finns redan ett korrektur som väntar på beslut.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AppealRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(default=datetime.date(2016, 1, 1), verbose_name="gäller från")),
                ("proposed_at", models.DateTimeField(default=common.clock.now, verbose_name="föreslogs")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="godkändes")),
                ("rejected_at", models.DateTimeField(blank=True, null=True, verbose_name="avslogs")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invitation", "Inbjudan att välja"),
                            ("reminder", "Påminnelse om valet"),
                            ("receipt", "Kvitto på valet"),
                            ("decision", "Besked om utförare"),
                            ("queue", "Plats i kö"),
                            ("offer", "Erbjudande om plats"),
                            ("expired", "Erbjudandet har gått ut"),
                            ("exit", "Utföraren slutar"),
                            ("new_start", "Nytt startdatum"),
                            ("correction", "Rättelse"),
                        ],
                        max_length=12,
                        verbose_name="slag",
                    ),
                ),
                ("legal_basis", models.CharField(max_length=120, verbose_name="lagrum")),
                ("appealable", models.BooleanField(default=False, verbose_name="kan överklagas")),
                ("court", models.CharField(blank=True, max_length=80, verbose_name="domstol")),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="föreslogs av",
                    ),
                ),
            ],
            options={
                "verbose_name": "besvärshänvisning",
                "verbose_name_plural": "besvärshänvisningar",
                "ordering": ["kind", "-valid_from", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            ("proposed_by__isnull", True),
                            models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="letters_appeal_four_eyes",
                        violation_error_message="Du har själv gjort förslaget. En annan person måste godkänna det.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("appealable", False), models.Q(("court", ""), _negated=True), _connector="OR"
                        ),
                        name="letters_appeal_has_court",
                        violation_error_message="Ange vilken domstol man överklagar till.",
                    ),
                ],
            },
        ),
        run_sql_file("letters", "letters"),
        *keep_history(
            "letters_appealrule",
            "letters_lettertext",
            "letters_roundproof",
        ),
    ]
