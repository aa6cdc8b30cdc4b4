"""Words find no protected person, and lists have them last: both keys are the database's own."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models.functions import Collate

from choices.search_key import key_of_person, order_key_of_person


def _generated(expression: models.Case) -> models.GeneratedField:
    return models.GeneratedField(expression=expression, output_field=models.TextField(), db_persist=True)


class Migration(migrations.Migration):
    dependencies = [("choices", "0010_register")]

    operations = [
        migrations.RemoveIndex(model_name="person", name="choices_person_search"),
        migrations.RemoveField(model_name="person", name="search_key"),
        migrations.AddField(model_name="person", name="search_key", field=_generated(key_of_person())),
        migrations.AddIndex(
            model_name="person",
            index=GinIndex(fields=["search_key"], name="choices_person_search", opclasses=["gin_trgm_ops"]),
        ),
        migrations.RemoveIndex(model_name="person", name="choices_person_in_order"),
        migrations.AddField(model_name="person", name="order_key", field=_generated(order_key_of_person())),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(Collate("order_key", "C"), models.F("id"), name="choices_person_by_order_key"),
        ),
        migrations.AlterModelOptions(
            name="person",
            options={"ordering": ["order_key", "id"], "verbose_name": "person", "verbose_name_plural": "personer"},
        ),
    ]
