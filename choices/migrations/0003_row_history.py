from django.db import migrations

from audit.history import keep_history


class Migration(migrations.Migration):
    dependencies = [("choices", "0002_rules"), ("audit", "0005_row_history")]

    operations = keep_history(
        "choices_person",
        "choices_caredecision",
        "choices_household",
        "choices_householdmember",
        "choices_mandate",
        "choices_mandateholder",
        "choices_choiceround",
    )
