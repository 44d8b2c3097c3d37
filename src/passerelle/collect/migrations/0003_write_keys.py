"""What clients show the collector to send events of a source."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of write keys."""

    dependencies = [("collect", "0002_households_from_residences")]

    operations = [
        migrations.CreateModel(
            name="WriteKey",
            fields=[
                ("key_hash", models.TextField(primary_key=True, serialize=False)),
                ("source", models.TextField(db_index=True)),
                ("scope", models.TextField()),
                ("origins", models.TextField(default="[]")),
                ("rate", models.IntegerField(default=0)),
                ("created_at", models.BigIntegerField()),
                ("ends_at", models.BigIntegerField(null=True)),
            ],
            options={"db_table": "write_keys"},
        ),
    ]
