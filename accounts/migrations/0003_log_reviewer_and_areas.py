from django.db import migrations, models


def add_role(apps, schema_editor):
    apps.get_model("auth", "Group").objects.get_or_create(name="log_reviewer")


def keep_all_areas(apps, schema_editor):
    # Those who worked here before there were areas saw everybody.
    apps.get_model("accounts", "User").objects.update(all_areas=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="all_areas",
            field=models.BooleanField(
                default=False,
                help_text="Annars bara personer i de områden som är valda.",
                verbose_name="alla områden",
            ),
        ),
        migrations.RunPython(add_role, migrations.RunPython.noop),
        migrations.RunPython(keep_all_areas, migrations.RunPython.noop),
    ]
