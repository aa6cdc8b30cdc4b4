from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("allocation", "0008_undo_of_exits"),
        ("choices", "0007_absence_files"),
        ("providers", "0006_own_words"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="outcomerow",
            index=models.Index(
                condition=models.Q(("unmet", []), _negated=True),
                fields=["run", "person"],
                name="allocation_outcome_unmet",
            ),
        ),
    ]
