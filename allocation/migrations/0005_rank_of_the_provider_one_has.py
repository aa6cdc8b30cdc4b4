from django.db import migrations

# Of runs from before: the rank in the list that held when the run was proposed, also of a provider that was kept.
FILL = """
UPDATE allocation_outcomerow o SET wish_rank = w.rank
FROM allocation_allocationrun r, choices_wish w
WHERE r.id = o.run_id AND o.answered AND o.wish_rank IS NULL AND w.provider_id = o.provider_id AND w.choice_id = (
    SELECT c.id FROM choices_choice c
    WHERE c.person_id = o.person_id AND c.registered_at <= r.proposed_at AND NOT EXISTS (
        SELECT 1 FROM choices_choice x WHERE x.corrects_id = c.id AND x.registered_at <= r.proposed_at
    )
    ORDER BY c.received_on DESC, c.id DESC LIMIT 1
)
"""


class Migration(migrations.Migration):
    dependencies = [("allocation", "0004_run_figures"), ("choices", "0008_quota_files")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
