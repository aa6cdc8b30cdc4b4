import django.db.models.deletion
from django.db import migrations, models

import common.clock
import common.references


class Migration(migrations.Migration):
    dependencies = [
        ("choices", "0009_names_of_the_world"),
    ]

    operations = [
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
    ]
