from django.db import migrations

from common.sql_files import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("providers", "0001_initial")]

    operations = [run_sql_file("providers", "rights")]
