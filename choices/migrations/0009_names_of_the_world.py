from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from choices.search_key import CREATE_FUNCTION, words_of_person


class Migration(migrations.Migration):
    """The search key is made anew of every name: the function strips marks of all letters now. One-name people."""

    dependencies = [("choices", "0008_quota_files")]

    operations = [
        migrations.RemoveIndex(model_name="person", name="choices_person_search"),
        migrations.RemoveField(model_name="person", name="search_key"),
        migrations.RunSQL(CREATE_FUNCTION, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="person",
            name="search_key",
            field=models.GeneratedField(expression=words_of_person(), output_field=models.TextField(), db_persist=True),
        ),
        migrations.AddIndex(
            model_name="person",
            index=GinIndex(fields=["search_key"], name="choices_person_search", opclasses=["gin_trgm_ops"]),
        ),
        migrations.AlterField(
            model_name="person",
            name="family_name",
            field=models.CharField(blank=True, max_length=80, verbose_name="efternamn"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=~models.Q(given_name=""),
                name="choices_person_has_a_name",
                violation_error_message="Skriv personens namn. Den som har ett enda har det som förnamn.",
            ),
        ),
    ]
