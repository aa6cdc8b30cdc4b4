from django.db import migrations

from common.sql_files import run_sql_file

# Each record of a chain refers to its end. Records in a circle, which no program writes, are left as they are.
FLATTEN = """
WITH RECURSIVE record (id, remaining) AS (
    SELECT p.id, r.id FROM choices_person p JOIN choices_person r ON r.id = p.merged_into_id
    WHERE r.merged_into_id IS NULL
    UNION ALL SELECT p.id, r.remaining FROM choices_person p JOIN record r ON p.merged_into_id = r.id
)
UPDATE choices_person p SET merged_into_id = r.remaining
FROM record r WHERE r.id = p.id AND p.merged_into_id <> r.remaining
"""


class Migration(migrations.Migration):
    """Queries follow one step from a merged record to the one that remains."""

    dependencies = [("choices", "0008_holders_by_number_now")]

    operations = [
        migrations.RunSQL(FLATTEN, migrations.RunSQL.noop),
        run_sql_file("choices", "merged_into"),
    ]
