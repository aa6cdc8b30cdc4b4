from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models
from django.db.models.functions import Collate

from choices.search_key import CREATE_FUNCTION, DROP_FUNCTION, words_of_person


class Migration(migrations.Migration):
    dependencies = [("choices", "0004_gone_with_the_file")]

    operations = [
        TrigramExtension(),
        migrations.RunSQL(CREATE_FUNCTION, DROP_FUNCTION),
        migrations.AddField(
            model_name="person",
            name="search_key",
            field=models.GeneratedField(expression=words_of_person(), output_field=models.TextField(), db_persist=True),
        ),
        migrations.AddIndex(
            model_name="person",
            index=GinIndex(fields=["search_key"], name="choices_person_search", opclasses=["gin_trgm_ops"]),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(Collate("sort_name", "C"), models.F("id"), name="choices_person_in_order"),
        ),
    ]
