import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import common.clock
import common.references
from audit.history import keep_history


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("accounts", "__first__"),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="ServiceType",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=30, unique=True, verbose_name="kod")),
                ("name", models.CharField(max_length=60, verbose_name="namn")),
                ("follows_choice", models.BooleanField(default=True, verbose_name="följer valet")),
            ],
            options={
                "verbose_name": "insats",
                "verbose_name_plural": "insatser",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=30, unique=True, verbose_name="kod")),
                ("name", models.CharField(max_length=60, verbose_name="namn")),
                ("description", models.CharField(blank=True, max_length=200, verbose_name="beskrivning")),
                (
                    "officers",
                    models.ManyToManyField(
                        blank=True, related_name="areas", to=settings.AUTH_USER_MODEL, verbose_name="handläggare"
                    ),
                ),
            ],
            options={
                "verbose_name": "område",
                "verbose_name_plural": "områden",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="AreaPostcode",
            fields=[
                (
                    "postal_code",
                    models.CharField(max_length=5, primary_key=True, serialize=False, verbose_name="postnummer"),
                ),
                ("town", models.CharField(max_length=27, verbose_name="postort")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postcodes",
                        to="providers.area",
                        verbose_name="område",
                    ),
                ),
            ],
            options={
                "verbose_name": "postnummer",
                "verbose_name_plural": "postnummer",
                "ordering": ["postal_code"],
            },
        ),
        migrations.CreateModel(
            name="Municipality",
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
                ("name", models.CharField(max_length=60, verbose_name="kommun")),
                (
                    "model",
                    models.CharField(
                        help_text="Till exempel botkyrka, borlange eller lov.", max_length=30, verbose_name="modell"
                    ),
                ),
                ("department", models.CharField(max_length=100, verbose_name="förvaltning")),
                ("committee", models.CharField(max_length=100, verbose_name="nämnd")),
                ("phone", models.CharField(max_length=30, verbose_name="telefon")),
                ("phone_hours", models.CharField(max_length=100, verbose_name="telefontider")),
                ("email", models.EmailField(max_length=254, verbose_name="e-post")),
                ("website", models.CharField(max_length=100, verbose_name="webbplats")),
                ("return_address", models.TextField(verbose_name="returadress")),
                (
                    "night_mode",
                    models.CharField(
                        choices=[("place", "Placerar direkt"), ("offer", "Lämnar ett erbjudande och väntar på svar")],
                        default="place",
                        max_length=5,
                        verbose_name="när det blir plats",
                    ),
                ),
                ("notice_days", models.PositiveSmallIntegerField(default=14, verbose_name="dagar till start")),
                (
                    "notice_day_of_month",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Lämna tomt om byten kan börja vilken dag som helst.",
                        null=True,
                        verbose_name="senast den dagen i månaden",
                    ),
                ),
                (
                    "notice_months",
                    models.PositiveSmallIntegerField(
                        default=2,
                        help_text="1: den första i nästa månad. 2: den första i månaden efter.",
                        verbose_name="månader framåt",
                    ),
                ),
                (
                    "quota_notice_days",
                    models.PositiveSmallIntegerField(default=14, verbose_name="dagar till ett nytt tak"),
                ),
                (
                    "quota_notice_day_of_month",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        default=15,
                        help_text="Lämna tomt om tak kan börja gälla vilken dag som helst.",
                        null=True,
                        verbose_name="nytt tak senast den dagen i månaden",
                    ),
                ),
                (
                    "quota_notice_months",
                    models.PositiveSmallIntegerField(default=1, verbose_name="månader till ett nytt tak"),
                ),
                (
                    "choice_days",
                    models.PositiveSmallIntegerField(default=21, verbose_name="dagar att välja för den som är ny"),
                ),
                (
                    "offer_days",
                    models.PositiveSmallIntegerField(default=10, verbose_name="dagar att svara på ett erbjudande"),
                ),
            ],
            options={
                "verbose_name": "kommun",
                "verbose_name_plural": "kommuner",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="providers_municipality_only_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("notice_day_of_month__isnull", True),
                            models.Q(("notice_day_of_month__gte", 1), ("notice_day_of_month__lte", 28)),
                            _connector="OR",
                        ),
                        name="providers_municipality_notice_day",
                        violation_error_message="Dagen i månaden är 1–28.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("notice_months__gte", 1), ("notice_months__lte", 6)),
                        name="providers_municipality_notice_months",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quota_notice_day_of_month__isnull", True),
                            models.Q(("quota_notice_day_of_month__gte", 1), ("quota_notice_day_of_month__lte", 28)),
                            _connector="OR",
                        ),
                        name="providers_municipality_quota_notice_day",
                        violation_error_message="Dagen i månaden är 1–28.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quota_notice_months__gte", 1), ("quota_notice_months__lte", 6)),
                        name="providers_municipality_quota_notice_months",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=30, unique=True, verbose_name="kod")),
                ("name", models.CharField(max_length=60, verbose_name="namn")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("municipal", "Kommunens egen hemtjänst"),
                            ("private", "Företag"),
                            ("non_profit", "Ideell organisation"),
                        ],
                        max_length=12,
                        verbose_name="driftsform",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="telefon")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-post")),
                ("website", models.CharField(blank=True, max_length=100, verbose_name="webbplats")),
                (
                    "staff_languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=3),
                        blank=True,
                        default=list,
                        help_text="Språkkoder, till exempel sv, fi, ar.",
                        size=None,
                        verbose_name="personalens språk",
                    ),
                ),
                ("owner", models.CharField(blank=True, max_length=120, verbose_name="vem äger")),
                (
                    "staff_a_month",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Så många möter den som har hjälp varje dag, i genomsnitt.",
                        null=True,
                        verbose_name="olika personer på en månad",
                    ),
                ),
            ],
            options={
                "verbose_name": "utförare",
                "verbose_name_plural": "utförare",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "municipal")),
                        fields=("kind",),
                        name="providers_provider_one_municipal",
                        violation_error_message="Kommunens egen hemtjänst finns redan.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Contract",
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
                ("intake_stopped_from", models.DateField(blank=True, null=True, verbose_name="intagsstopp från")),
                ("intake_stopped_until", models.DateField(blank=True, null=True, verbose_name="intagsstopp till")),
                (
                    "intake_stop_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="varför intaget är stoppat"),
                ),
                (
                    "permit",
                    models.CharField(
                        choices=[
                            ("valid", "Tillstånd finns"),
                            ("appealed", "Tillståndet är återkallat men gäller tills domstol har avgjort"),
                            ("withdrawn", "Tillståndet är återkallat"),
                        ],
                        default="valid",
                        max_length=10,
                        verbose_name="tillstånd",
                    ),
                ),
                ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="varför avtalet slutar")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="providers.area",
                        verbose_name="område",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="providers.provider",
                        verbose_name="utförare",
                    ),
                ),
            ],
            options={
                "verbose_name": "avtal",
                "verbose_name_plural": "avtal",
                "ordering": ["area", "provider"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="providers_contract_forward",
                        violation_error_message="Slutdatum måste ligga efter startdatum.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("provider", "="),
                            ("area", "="),
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
                        name="providers_contract_no_overlap",
                        violation_error_message="Utföraren har redan ett avtal i området under den tiden.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("intake_stopped_until__isnull", True),
                            ("intake_stopped_until__gt", models.F("intake_stopped_from")),
                            _connector="OR",
                        ),
                        name="providers_contract_stop_forward",
                        violation_error_message="Intagsstoppet måste sluta efter att det börjar.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderProfile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=5, verbose_name="språk")),
                ("about", models.TextField(verbose_name="vilka de är")),
                ("education", models.TextField(verbose_name="personalens utbildning")),
                ("meals", models.TextField(verbose_name="mat och måltider")),
                ("continuity", models.TextField(verbose_name="hur många som kommer hem till dig")),
                ("specialisms", models.TextField(blank=True, verbose_name="särskild kunskap")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="profiles",
                        to="providers.provider",
                        verbose_name="utförare",
                    ),
                ),
            ],
            options={
                "verbose_name": "presentation",
                "verbose_name_plural": "presentationer",
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "language"), name="providers_profile_one_per_language")
                ],
            },
        ),
        migrations.CreateModel(
            name="QuotaChange",
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
                ("share_bp", models.PositiveIntegerField(blank=True, null=True, verbose_name="högsta externa andel")),
                ("minutes", models.PositiveIntegerField(blank=True, null=True, verbose_name="minuter per månad")),
                ("persons", models.PositiveIntegerField(blank=True, null=True, verbose_name="personer")),
                ("tolerance_minutes", models.PositiveIntegerField(default=0, verbose_name="tolerans, minuter")),
                (
                    "guaranteed_minutes",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="garanterade minuter per månad"),
                ),
                ("valid_from", models.DateField(verbose_name="gäller från")),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quota_changes",
                        to="providers.area",
                        verbose_name="område",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quota_changes",
                        to="providers.contract",
                        verbose_name="avtal",
                    ),
                ),
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
            ],
            options={
                "verbose_name": "ändring av andel eller tak",
                "verbose_name_plural": "ändringar av andel eller tak",
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
                        name="providers_quotachange_two_people",
                        violation_error_message="Den som föreslog kan inte själv godkänna.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("area__isnull", False),
                                ("contract__isnull", True),
                                ("guaranteed_minutes", None),
                                ("minutes", None),
                                ("persons", None),
                                ("share_bp__isnull", False),
                            ),
                            models.Q(
                                ("area__isnull", True),
                                ("contract__isnull", False),
                                ("share_bp__isnull", True),
                                models.Q(
                                    models.Q(
                                        ("guaranteed_minutes__isnull", True),
                                        models.Q(
                                            ("minutes__isnull", False), ("persons__isnull", False), _connector="OR"
                                        ),
                                    ),
                                    models.Q(
                                        ("guaranteed_minutes__isnull", False), ("minutes", None), ("persons", None)
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="providers_quotachange_share_or_ceiling",
                        violation_error_message="Ange en andel för ett område, eller ett tak eller en garanti för ett avtal.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("share_bp__isnull", True), ("share_bp__lte", 10000), _connector="OR"),
                        name="providers_quotachange_at_most_all",
                        violation_error_message="Andelen kan inte vara mer än 100 procent.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("guaranteed_minutes__isnull", True), ("state", "proposed")),
                        fields=("area", "contract"),
                        name="providers_quotachange_one_open",
                        nulls_distinct=False,
                        violation_error_message="Det finns redan ett förslag som väntar på beslut.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("guaranteed_minutes__isnull", False), ("state", "proposed")),
                        fields=("contract",),
                        name="providers_quotachange_one_open_guarantee",
                        violation_error_message="Det finns redan ett förslag som väntar på beslut.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShareStep",
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
                    "share_bp",
                    models.PositiveIntegerField(
                        help_text="I hundradels procent: 2000 är 20 %.", verbose_name="högsta externa andel"
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="share_steps",
                        to="providers.area",
                        verbose_name="område",
                    ),
                ),
            ],
            options={
                "verbose_name": "steg i andelen",
                "verbose_name_plural": "steg i andelen",
                "ordering": ["area", "valid_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="providers_sharestep_forward",
                        violation_error_message="Slutdatum måste ligga efter startdatum.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("area", "="),
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
                        name="providers_sharestep_no_overlap",
                        violation_error_message="Området har redan en andel under den tiden.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("share_bp__lte", 10000)),
                        name="providers_sharestep_at_most_all",
                        violation_error_message="Andelen kan inte vara mer än 100 procent.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "question",
                    models.CharField(
                        choices=[
                            ("satisfied", "är nöjda med hemtjänsten i sin helhet"),
                            ("treated_well", "tycker att personalen bemöter dem bra"),
                            ("safe", "känner sig trygga hemma med hjälpen"),
                            ("on_time", "tycker att personalen kommer på avtalad tid"),
                        ],
                        max_length=12,
                        verbose_name="fråga",
                    ),
                ),
                ("positive_percent", models.PositiveSmallIntegerField(verbose_name="positiva svar, procent")),
                ("answers", models.PositiveIntegerField(verbose_name="antal svar")),
                ("source", models.CharField(max_length=120, verbose_name="källa")),
                ("asked_on", models.DateField(verbose_name="frågades")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="survey_results",
                        to="providers.provider",
                        verbose_name="utförare",
                    ),
                ),
            ],
            options={
                "verbose_name": "svar i brukarundersökning",
                "verbose_name_plural": "svar i brukarundersökningar",
                "ordering": ["-asked_on", "question"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "question", "asked_on"),
                        name="providers_surveyresult_once",
                        violation_error_message="Frågan har redan ett svar från den undersökningen.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("positive_percent__lte", 100)),
                        name="providers_surveyresult_at_most_all",
                        violation_error_message="Andelen kan inte vara mer än 100 procent.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ceiling",
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
                ("minutes", models.PositiveIntegerField(blank=True, null=True, verbose_name="minuter per månad")),
                ("persons", models.PositiveIntegerField(blank=True, null=True, verbose_name="personer")),
                (
                    "tolerance_minutes",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Så mycket får den sist antagna gå över taket.",
                        verbose_name="tolerans, minuter",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ceilings",
                        to="providers.contract",
                        verbose_name="avtal",
                    ),
                ),
            ],
            options={
                "verbose_name": "tak",
                "verbose_name_plural": "tak",
                "ordering": ["contract", "valid_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="providers_ceiling_forward",
                        violation_error_message="Slutdatum måste ligga efter startdatum.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("contract", "="),
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
                        name="providers_ceiling_no_overlap",
                        violation_error_message="Avtalet har redan ett tak under den tiden.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__isnull", False), ("persons__isnull", False), _connector="OR"),
                        name="providers_ceiling_says_something",
                        violation_error_message="Ange ett tak i minuter eller i personer.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Guarantee",
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
                ("minutes", models.PositiveIntegerField(verbose_name="minuter per månad")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guarantees",
                        to="providers.contract",
                        verbose_name="avtal",
                    ),
                ),
            ],
            options={
                "verbose_name": "garanti",
                "verbose_name_plural": "garantier",
                "ordering": ["contract", "valid_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="providers_guarantee_forward",
                        violation_error_message="Slutdatum måste ligga efter startdatum.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("contract", "="),
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
                        name="providers_guarantee_no_overlap",
                        violation_error_message="Avtalet har redan en garanterad volym under den tiden.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProfileChange",
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
                    "part",
                    models.CharField(
                        choices=[("texts", "texter"), ("facts", "uppgifter"), ("surveys", "undersökningar")],
                        max_length=7,
                        verbose_name="del",
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=5, verbose_name="språk")),
                ("before", models.JSONField(blank=True, default=dict, verbose_name="före")),
                ("after", models.JSONField(default=dict, verbose_name="efter")),
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
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="profile_changes",
                        to="providers.provider",
                        verbose_name="utförare",
                    ),
                ),
            ],
            options={
                "verbose_name": "ändring av presentation",
                "verbose_name_plural": "ändringar av presentationer",
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
                        name="providers_profilechange_two_people",
                        violation_error_message="Den som föreslog kan inte själv godkänna.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("part", "texts"), models.Q(("language", ""), _negated=True)),
                            models.Q(models.Q(("part", "texts"), _negated=True), ("language", "")),
                            _connector="OR",
                        ),
                        name="providers_profilechange_language_of_texts",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("provider", "part", "language"),
                        name="providers_profilechange_one_open",
                        violation_error_message="Det finns redan ett förslag som väntar på beslut.",
                    ),
                ],
            },
        ),
        *keep_history(
            "providers_ceiling",
            "providers_contract",
            "providers_guarantee",
            "providers_municipality",
            "providers_profilechange",
            "providers_quotachange",
            "providers_sharestep",
        ),
    ]
