"""What retention holds until it is erased."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Held profiles, identifiers and entries of lists."""

    dependencies = [("consent", "0004_preferences")]

    operations = [
        migrations.CreateModel(
            name="RetentionHold",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "thing",
                        "thing_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("thing", models.TextField()),
                ("thing_id", models.BigIntegerField()),
                ("rule", models.TextField()),
                ("began_at", models.BigIntegerField()),
                ("held_at", models.BigIntegerField()),
            ],
            options={"db_table": "retention_holds"},
        ),
    ]
