from django.db import migrations

from audit.guarding import LETTERS_GO, LETTERS_STAY


class Migration(migrations.Migration):
    dependencies = [("letters", "0008_returned_handled"), ("audit", "0007_guarded_destruction_sealed_history")]

    operations = [migrations.RunSQL(LETTERS_STAY, LETTERS_GO)]
