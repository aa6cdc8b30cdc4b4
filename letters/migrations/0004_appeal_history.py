from django.db import migrations

from audit.history import keep_history


class Migration(migrations.Migration):
    dependencies = [("letters", "0003_kinds_causes_versions")]

    operations = keep_history("letters_appealrule")
