from django.db import migrations

from common.sql_files import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]

    operations = [run_sql_file("desk", "published_figures")]
