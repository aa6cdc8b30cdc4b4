from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_figure_sheet")]

    operations = [
        migrations.AddField(
            model_name="figuresheet",
            name="whole",
            field=models.BooleanField(default=False, verbose_name="inget är dolt"),
        ),
        migrations.RemoveConstraint(model_name="figuresheet", name="casework_figuresheet_once_a_day"),
        migrations.AddConstraint(
            model_name="figuresheet",
            constraint=models.UniqueConstraint(
                fields=("period", "basis", "day", "whole"), name="casework_figuresheet_once_a_day"
            ),
        ),
    ]
