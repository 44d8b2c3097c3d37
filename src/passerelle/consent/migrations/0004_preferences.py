"""What people chose to hear of, and how often."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of preferences."""

    dependencies = [("consent", "0003_rights")]

    operations = [
        migrations.CreateModel(
            name="ContactPreference",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "subject_id",
                        "purpose",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                ("purpose", models.TextField()),
                ("frequency", models.TextField(default="")),
                ("topics", models.TextField(null=True)),
                ("chosen_at", models.BigIntegerField()),
            ],
            options={"db_table": "contact_preferences"},
        ),
    ]
