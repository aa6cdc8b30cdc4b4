import django.db.models.deletion
from django.db import migrations, models

from common.sql_files import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("allocation", "0001_initial"),
        ("choices", "0002_amendments"),
        ("providers", "0001_initial"),
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
                ("rows", models.JSONField(verbose_name="siffror")),
                ("snapshot", models.TextField(verbose_name="underlag")),
                ("server_start", models.DateTimeField(verbose_name="serverns start")),
                ("counted_at", models.DateTimeField(verbose_name="räknades fram")),
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
        run_sql_file("allocation", "changes"),
    ]
