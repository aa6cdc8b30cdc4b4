from django.db import migrations, models
from django.db.models import F, Q

from common.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The day by which people have their decision. A frozen round's day is frozen, like its other dates."""

    dependencies = [("choices", "0004_indexes_of_lists")]

    operations = [
        migrations.AddField(
            model_name="choiceround",
            name="told_by",
            field=models.DateField(blank=True, null=True, verbose_name="besked senast"),
        ),
        migrations.AddConstraint(
            model_name="choiceround",
            constraint=models.CheckConstraint(
                name="choices_round_told_before_start",
                condition=Q(told_by__isnull=True) | Q(told_by__gt=F("closes_on"), told_by__lte=F("starts_on")),
                violation_error_message="Beskedet ska komma efter sista dagen att välja, senast då det börjar gälla.",
            ),
        ),
        run_sql_file("choices", "rules"),
    ]
