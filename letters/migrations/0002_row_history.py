from django.db import migrations

from audit.history import keep_history


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial"), ("audit", "0005_row_history")]

    operations = keep_history("letters_lettertext")
