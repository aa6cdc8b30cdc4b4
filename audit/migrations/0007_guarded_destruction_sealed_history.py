from django.db import migrations, models

from audit.guarding import GUARDS, HISTORY_WRITERS, NO_GUARDS, NO_HISTORY_WRITERS


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_destruction"), ("accounts", "0004_provider_subject")]

    operations = [
        migrations.RunSQL(GUARDS, NO_GUARDS),
        migrations.AddField(
            model_name="rowversion",
            name="salt",
            field=models.UUIDField(editable=False, db_default=models.Func(function="gen_random_uuid")),
        ),
        migrations.AlterField(
            model_name="seal",
            name="log",
            field=models.CharField(
                choices=[("events", "Händelser"), ("reads", "Läsningar"), ("rows", "Tidigare uppgifter")],
                max_length=6,
                verbose_name="logg",
            ),
        ),
        migrations.RunSQL(HISTORY_WRITERS, NO_HISTORY_WRITERS),
    ]
