from django.db import migrations

from audit.history import keep_history


class Migration(migrations.Migration):
    dependencies = [("providers", "0003_area_officers"), ("audit", "0005_row_history")]

    operations = keep_history(
        "providers_municipality",
        "providers_contract",
        "providers_ceiling",
        "providers_guarantee",
        "providers_sharestep",
    )
