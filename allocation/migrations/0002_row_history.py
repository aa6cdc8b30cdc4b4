from django.db import migrations

from audit.history import keep_history


class Migration(migrations.Migration):
    dependencies = [("allocation", "0001_initial"), ("audit", "0005_row_history")]

    operations = keep_history(
        "allocation_allocationrun",
        "allocation_placement",
        "allocation_offer",
        "allocation_areadate",
        "allocation_providerexit",
    )
