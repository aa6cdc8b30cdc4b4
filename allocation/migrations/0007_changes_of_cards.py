from django.db import migrations

from common.sql_files import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("allocation", "0006_interim_index"),
        ("choices", "0005_round_told_by"),
        ("providers", "0005_figures_of_the_comparison"),
    ]

    operations = [run_sql_file("allocation", "changes_of_cards")]
