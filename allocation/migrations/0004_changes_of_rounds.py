from django.db import migrations

from common.sql_files import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("allocation", "0003_couples_exits_nights"),
        ("choices", "0003_performed_files"),
    ]

    operations = [run_sql_file("allocation", "changes_of_rounds")]
