from django.db import migrations

# Holders whose number has changed since the mandate was registered: the number of the record that remains.
FOLLOW = """
WITH RECURSIVE record AS (
    SELECT p.identity_number AS written, p.identity_number, p.merged_into_id
    FROM choices_person p WHERE p.merged_into_id IS NOT NULL
    UNION
    SELECT r.written, p.identity_number, p.merged_into_id FROM record r JOIN choices_person p ON p.id = r.merged_into_id
)
UPDATE choices_mandateholder h SET identity_number = r.identity_number
FROM record r WHERE r.written = h.identity_number AND r.merged_into_id IS NULL
"""


class Migration(migrations.Migration):
    """Protection and death of a holder are looked up by number, and a replaced number finds neither."""

    dependencies = [("choices", "0007_absence_files")]

    operations = [migrations.RunSQL(FOLLOW, migrations.RunSQL.noop)]
