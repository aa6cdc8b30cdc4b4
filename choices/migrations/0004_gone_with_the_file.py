from django.db import migrations

from audit.forgetting import gone_with_the_file


class Migration(migrations.Migration):
    dependencies = [("choices", "0003_row_history"), ("audit", "0006_destruction")]

    operations = [
        gone_with_the_file("choices_choice", "SELECT p.reference FROM choices_person p WHERE p.id = OLD.person_id"),
        gone_with_the_file(
            "choices_wish",
            "SELECT p.reference FROM choices_person p JOIN choices_choice c ON c.person_id = p.id WHERE c.id = OLD.choice_id",
        ),
    ]
