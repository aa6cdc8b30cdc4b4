import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

import choices.search_key
import common.clock
import common.references
from audit.append_only import gone_with_the_file
from audit.history import keep_history
from common.sql_files import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("accounts", "__first__"),
        ("providers", "0001_initial"),
    ]

    operations = [
        TrigramExtension(),
        run_sql_file("choices", "search_key"),
        migrations.CreateModel(
            name="Person",
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
                ("identity_number", models.CharField(max_length=12, unique=True, verbose_name="personnummer")),
                (
                    "identity_kind",
                    models.CharField(
                        choices=[
                            ("personal", "Personnummer"),
                            ("coordination", "Samordningsnummer"),
                            ("reserve", "Reservnummer"),
                        ],
                        max_length=12,
                        verbose_name="slag av nummer",
                    ),
                ),
                ("given_name", models.CharField(max_length=80, verbose_name="förnamn")),
                ("family_name", models.CharField(blank=True, max_length=80, verbose_name="efternamn")),
                (
                    "sort_name",
                    models.CharField(db_index=True, editable=False, max_length=200, verbose_name="sorteringsnamn"),
                ),
                (
                    "search_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                models.Q(("confidential", True), ("protected_registration", True), _connector="OR"),
                                then=models.Value(""),
                            ),
                            default=choices.search_key.SearchKey(
                                django.db.models.functions.text.Concat(
                                    models.F("given_name"),
                                    models.Value(" "),
                                    models.F("family_name"),
                                    models.Value(" "),
                                    models.F("care_of"),
                                    models.Value(" "),
                                    models.F("street"),
                                    models.Value(" "),
                                    models.F("postal_code"),
                                    models.Value(" "),
                                    models.F("town"),
                                    models.Value(" "),
                                    models.Func(
                                        models.F("phone"),
                                        models.Value("[^0-9]"),
                                        models.Value(""),
                                        models.Value("g"),
                                        function="regexp_replace",
                                        output_field=models.CharField(),
                                    ),
                                    output_field=models.TextField(),
                                )
                            ),
                            output_field=models.TextField(),
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "order_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                models.Q(("confidential", True), ("protected_registration", True), _connector="OR"),
                                then=django.db.models.functions.text.Concat(
                                    models.Value("\U0010fffd"), models.F("reference"), output_field=models.TextField()
                                ),
                            ),
                            default=models.F("sort_name"),
                            output_field=models.TextField(),
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                ("language", models.CharField(default="sv", max_length=5, verbose_name="språk")),
                ("care_of", models.CharField(blank=True, max_length=60, verbose_name="c/o")),
                ("street", models.CharField(blank=True, max_length=60, verbose_name="gatuadress")),
                ("postal_code", models.CharField(blank=True, max_length=5, verbose_name="postnummer")),
                ("town", models.CharField(blank=True, max_length=27, verbose_name="postort")),
                ("mail_care_of", models.CharField(blank=True, max_length=60, verbose_name="c/o (post)")),
                ("mail_street", models.CharField(blank=True, max_length=60, verbose_name="gatuadress (post)")),
                ("mail_postal_code", models.CharField(blank=True, max_length=10, verbose_name="postnummer (post)")),
                ("mail_town", models.CharField(blank=True, max_length=27, verbose_name="postort (post)")),
                ("mail_country", models.CharField(blank=True, max_length=40, verbose_name="land (post)")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="telefon")),
                ("confidential", models.BooleanField(default=False, verbose_name="sekretessmarkering")),
                ("protected_registration", models.BooleanField(default=False, verbose_name="skyddad folkbokföring")),
                ("deceased_on", models.DateField(blank=True, null=True, verbose_name="avliden")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="persons",
                        to="providers.area",
                        verbose_name="område",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="choices.person",
                        verbose_name="sammanslagen med",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "personer",
                "ordering": ["order_key", "id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["search_key"], name="choices_person_search", opclasses=["gin_trgm_ops"]
                    ),
                    models.Index(
                        django.db.models.functions.comparison.Collate("order_key", "C"),
                        models.F("id"),
                        name="choices_person_by_order_key",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("identity_number__regex", "^[0-9]{8}[0-9A-Z]{4}$")),
                        name="choices_person_identity_number_form",
                        violation_error_message="Personnummer lagras med tolv tecken.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("given_name", ""), _negated=True),
                        name="choices_person_has_a_name",
                        violation_error_message="Skriv personens namn. Den som har ett enda har det som förnamn.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="choices_person_not_merged_into_self",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("protected_registration", False),
                            models.Q(("postal_code", ""), ("street", ""), ("town", "")),
                            _connector="OR",
                        ),
                        name="choices_person_protected_has_no_address",
                        violation_error_message="Den som har skyddad folkbokföring ska inte ha någon adress hos oss.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChoiceRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "switch_rule",
                    models.CharField(
                        choices=[
                            ("free", "Byte mellan externa utförare är alltid möjligt"),
                            ("strict", "Byte väntar på plats i andelen"),
                        ],
                        default="free",
                        max_length=10,
                        verbose_name="byte när andelen är full",
                    ),
                ),
                ("household_class", models.BooleanField(default=False, verbose_name="förtur till hushållets utförare")),
                (
                    "no_answer_rule",
                    models.CharField(
                        choices=[
                            ("keep", "Behåll den utförare du har"),
                            ("municipal", "Kommunens hemtjänst"),
                            ("guarantees", "Utförare med garanterad volym att fylla"),
                            ("free_space", "Utförare med ledig plats"),
                            ("rotation", "Utförarna i tur och ordning"),
                        ],
                        default="guarantees",
                        max_length=12,
                        verbose_name="regel för den som inte väljer",
                    ),
                ),
                ("call_list", models.BooleanField(default=False, verbose_name="ring dem som kan tänkas byta")),
                ("code", models.SlugField(max_length=30, unique=True, verbose_name="kod")),
                ("name", models.CharField(max_length=100, verbose_name="namn")),
                ("opens_on", models.DateField(verbose_name="öppnar")),
                ("closes_on", models.DateField(help_text="Sista dagen att välja.", verbose_name="stänger")),
                ("starts_on", models.DateField(verbose_name="gäller från")),
                ("diary_number", models.CharField(blank=True, max_length=30, verbose_name="diarienummer")),
                ("frozen_at", models.DateTimeField(blank=True, null=True, verbose_name="reglerna låstes")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="stängdes")),
                ("seed", models.CharField(editable=False, max_length=64, verbose_name="lottningsfrö")),
                (
                    "seed_sha256",
                    models.CharField(editable=False, max_length=64, verbose_name="lottningsfröets kontrollsumma"),
                ),
                ("areas", models.ManyToManyField(related_name="rounds", to="providers.area", verbose_name="områden")),
            ],
            options={
                "verbose_name": "valomgång",
                "verbose_name_plural": "valomgångar",
                "ordering": ["-opens_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                        name="choices_round_window_forward",
                        violation_error_message="Sista dagen att välja måste ligga efter första dagen.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("starts_on__gt", models.F("closes_on"))),
                        name="choices_round_starts_after_window",
                        violation_error_message="Placeringarna måste börja efter att valet har stängt.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Household",
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
                    "source_reference",
                    models.CharField(blank=True, max_length=40, verbose_name="hushåll i verksamhetssystemet"),
                ),
            ],
            options={
                "verbose_name": "hushåll",
                "verbose_name_plural": "hushåll",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source_reference", ""), _negated=True),
                        fields=("source_reference",),
                        name="choices_household_source_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("persons", "Personer"),
                            ("decisions", "Biståndsbeslut"),
                            ("choices", "Val"),
                            ("placements", "Nuvarande utförare"),
                            ("mandates", "Ställföreträdare"),
                            ("quotas", "Avtal, tak, garantier och andelar"),
                        ],
                        max_length=12,
                        verbose_name="slag",
                    ),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="kontrollsumma")),
                ("rows", models.PositiveIntegerField(verbose_name="rader")),
                ("added", models.PositiveIntegerField(verbose_name="nya")),
                ("changed", models.PositiveIntegerField(verbose_name="ändrade")),
                ("unchanged", models.PositiveIntegerField(verbose_name="oförändrade")),
                ("applied_at", models.DateTimeField(default=common.clock.now, verbose_name="lästes in")),
                (
                    "applied_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="lästes in av",
                    ),
                ),
            ],
            options={
                "verbose_name": "inläst fil",
                "verbose_name_plural": "inlästa filer",
                "ordering": ["-applied_at"],
            },
        ),
        migrations.CreateModel(
            name="Mandate",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("proxy", "Ombud med fullmakt"),
                            ("god_man", "God man"),
                            ("forvaltare", "Förvaltare"),
                            ("future_proxy", "Framtidsfullmakt"),
                            ("relative", "Anhörig"),
                        ],
                        max_length=12,
                        verbose_name="slag",
                    ),
                ),
                ("scope", models.CharField(max_length=200, verbose_name="omfattning")),
                ("joint", models.BooleanField(default=False, verbose_name="gemensamt")),
                ("evidence", models.CharField(max_length=200, verbose_name="underlag")),
                ("evidence_seen_at", models.DateTimeField(blank=True, null=True, verbose_name="underlaget visades")),
                (
                    "evidence_seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="underlaget kontrollerades av",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "ställföreträdarskap",
                "verbose_name_plural": "ställföreträdarskap",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="choices_mandate_forward",
                        violation_error_message="Slutdatum måste ligga efter startdatum.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MandateHolder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("identity_number", models.CharField(blank=True, max_length=12, verbose_name="personnummer")),
                ("name", models.CharField(max_length=120, verbose_name="namn")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="telefon")),
                ("street", models.CharField(blank=True, max_length=60, verbose_name="gatuadress")),
                ("postal_code", models.CharField(blank=True, max_length=10, verbose_name="postnummer")),
                ("town", models.CharField(blank=True, max_length=27, verbose_name="postort")),
                ("added_at", models.DateTimeField(default=common.clock.now, verbose_name="tillagd")),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holders",
                        to="choices.mandate",
                        verbose_name="ställföreträdarskap",
                    ),
                ),
            ],
            options={
                "verbose_name": "företrädare",
                "verbose_name_plural": "företrädare",
            },
        ),
        migrations.CreateModel(
            name="RegisterMark",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="register_mark",
                        serialize=False,
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
                ("changed_at", models.CharField(blank=True, max_length=20, verbose_name="ändrad i folkbokföringen")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="frågad efter")),
            ],
            options={
                "verbose_name": "läge i folkbokföringen",
                "verbose_name_plural": "lägen i folkbokföringen",
            },
        ),
        migrations.CreateModel(
            name="HouseholdMember",
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
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="choices.household",
                        verbose_name="hushåll",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="household_memberships",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "hushållsmedlem",
                "verbose_name_plural": "hushållsmedlemmar",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="choices_householdmember_forward",
                        violation_error_message="Slutdatum måste ligga efter startdatum.",
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
                        name="choices_householdmember_no_overlap",
                        violation_error_message="Personen ingår redan i ett hushåll.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Choice",
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
                ("registered_at", models.DateTimeField(default=common.clock.now, verbose_name="registrerades")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "E-tjänst"),
                            ("paper", "Blankett"),
                            ("phone", "Telefon"),
                            ("visit", "Besök"),
                            ("email", "E-post"),
                        ],
                        max_length=6,
                        verbose_name="hur valet kom in",
                    ),
                ),
                (
                    "assured",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="kontrollerat",
                    ),
                ),
                (
                    "correction",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mistake", "Fel vid registreringen"),
                            ("dates", "Ködatum, ett tidigare val registrerades"),
                        ],
                        max_length=7,
                        verbose_name="vad som rättades",
                    ),
                ),
                ("declines_to_choose", models.BooleanField(default=False, verbose_name="vill inte välja")),
                (
                    "together",
                    models.BooleanField(
                        default=False,
                        help_text="Gäller bara om alla i hushållet säger detsamma.",
                        verbose_name="samma utförare som hushållet",
                    ),
                ),
                ("queue_if_full", models.BooleanField(default=True, verbose_name="vill stå i kö om det är fullt")),
                (
                    "accepts_interim",
                    models.BooleanField(default=True, verbose_name="tar en tillfällig utförare under tiden"),
                ),
                ("language_wish", models.CharField(blank=True, max_length=3, verbose_name="önskat språk")),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="choices.choice",
                        verbose_name="rättar",
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
                (
                    "round",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="choices",
                        to="choices.choiceround",
                        verbose_name="valomgång",
                    ),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
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
                        related_name="choices",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "val",
                "verbose_name_plural": "val",
                "ordering": ["-received_on", "-id"],
                "indexes": [models.Index(fields=["person", "-received_on", "-id"], name="choices_choice_current")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("correction", ""), ("corrects__isnull", True)),
                            models.Q(("corrects__isnull", False), models.Q(("correction", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="choices_choice_correction_says_what",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CareDecision",
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
                (
                    "source_reference",
                    models.CharField(max_length=40, unique=True, verbose_name="beslut i verksamhetssystemet"),
                ),
                ("decided_on", models.DateField(verbose_name="beslutsdatum")),
                ("minutes", models.PositiveIntegerField(verbose_name="minuter per månad")),
                (
                    "service_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.servicetype",
                        verbose_name="insats",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_decisions",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "biståndsbeslut",
                "verbose_name_plural": "biståndsbeslut",
                "ordering": ["person", "valid_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="choices_caredecision_forward",
                        violation_error_message="Slutdatum måste ligga efter startdatum.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                        expressions=[
                            ("person", "="),
                            ("service_type", "="),
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
                        name="choices_caredecision_no_overlap",
                        violation_error_message="Personen har redan ett beslut om samma insats under den tiden.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__lte", 89280)),
                        name="choices_caredecision_at_most_a_month",
                        violation_error_message="Så många minuter ryms inte på en månad.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProtectionChange",
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
                ("confidential", models.BooleanField(verbose_name="sekretessmarkering")),
                ("protected_registration", models.BooleanField(verbose_name="skyddad folkbokföring")),
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
                        related_name="protection_changes",
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
                "verbose_name": "ändring av skydd",
                "verbose_name_plural": "ändringar av skydd",
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
                        name="choices_protectionchange_two_people",
                        violation_error_message="Den som föreslog kan inte själv godkänna.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="choices_protectionchange_says_why"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("person",),
                        name="choices_protectionchange_one_open",
                        violation_error_message="Det finns redan ett förslag som väntar på svar.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="kontrollsumma")),
                ("order", models.CharField(max_length=32, verbose_name="ordning")),
                ("order_id", models.CharField(blank=True, max_length=18, verbose_name="beställning")),
                ("running_number", models.PositiveIntegerField(blank=True, null=True, verbose_name="löpnummer")),
                ("posts", models.PositiveIntegerField(verbose_name="poster")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="följda poster")),
                ("in_care", models.PositiveIntegerField(default=0, verbose_name="poster om personer hos oss")),
                ("changed", models.PositiveIntegerField(default=0, verbose_name="poster som ändrade något")),
                ("began_at", models.DateTimeField(default=common.clock.now, verbose_name="började läsas")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="är läst")),
            ],
            options={
                "verbose_name": "fil från folkbokföringen",
                "verbose_name_plural": "filer från folkbokföringen",
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("done__lte", models.F("posts"))),
                        name="choices_registerfile_done_at_most_all",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterTask",
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
                            ("moved", "Har flyttat. Kontrollera området."),
                            ("moved_out", "Har flyttat från kommunen. Avgör om hjälpen fortsätter."),
                            ("emigrated", "Har utvandrat. Avgör om hjälpen fortsätter."),
                            ("protection_ended", "Har inte längre skydd i folkbokföringen. Avgör om det ska tas bort."),
                            ("alive", "Lever enligt folkbokföringen, men är avliden hos oss."),
                            ("death_date", "Är avliden. Folkbokföringen vet inte vilken dag."),
                            ("merge", "Har fått ett nytt nummer och finns två gånger. Slå ihop posterna."),
                            ("gone", "Är avregistrerad i folkbokföringen. Ta reda på varför."),
                            ("address", "Har en adress som inte ryms. Skriv in den för hand."),
                        ],
                        max_length=20,
                        verbose_name="slag",
                    ),
                ),
                ("told", models.CharField(blank=True, max_length=20, verbose_name="ändrad i folkbokföringen")),
                ("created_at", models.DateTimeField(default=common.clock.now, verbose_name="skapad")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="register_tasks",
                        to="choices.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "uppgift från folkbokföringen",
                "verbose_name_plural": "uppgifter från folkbokföringen",
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "kind", "told"), name="choices_registertask_told_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="ordning")),
                ("queue_date", models.DateField(verbose_name="ködatum")),
                (
                    "choice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wishes",
                        to="choices.choice",
                        verbose_name="val",
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
            ],
            options={
                "verbose_name": "önskemål",
                "verbose_name_plural": "önskemål",
                "ordering": ["choice", "rank"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rank__gte", 1), ("rank__lte", 5)),
                        name="choices_wish_rank_one_to_five",
                        violation_error_message="Man kan välja högst fem utförare.",
                    ),
                    models.UniqueConstraint(
                        fields=("choice", "rank"),
                        name="choices_wish_one_per_rank",
                        violation_error_message="Två utförare har samma plats i ordningen.",
                    ),
                    models.UniqueConstraint(
                        fields=("choice", "provider"),
                        name="choices_wish_provider_once",
                        violation_error_message="Samma utförare är vald två gånger.",
                    ),
                ],
            },
        ),
        gone_with_the_file("choices_choice", "SELECT p.reference FROM choices_person p WHERE p.id = OLD.person_id"),
        gone_with_the_file(
            "choices_wish",
            "SELECT p.reference FROM choices_person p JOIN choices_choice c ON c.person_id = p.id WHERE c.id = OLD.choice_id",
        ),
        run_sql_file("choices", "rules"),
        *keep_history(
            "choices_caredecision",
            "choices_choiceround",
            "choices_household",
            "choices_householdmember",
            "choices_mandate",
            "choices_mandateholder",
            "choices_person",
            "choices_protectionchange",
        ),
    ]
