from django.db import migrations

_BACKFILL = """
UPDATE allocation_allocationrun r SET letters_at = l.at
FROM (SELECT run_id, min(created_at) AS at FROM letters_letter WHERE run_id IS NOT NULL GROUP BY run_id) l
WHERE l.run_id = r.id
"""


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial"), ("allocation", "0005_letters_of_a_run")]

    operations = [migrations.RunSQL(_BACKFILL, migrations.RunSQL.noop)]
