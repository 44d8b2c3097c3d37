"""Profiles whose household is to be judged again."""

from django.db import migrations

import passerelle.store


class Migration(migrations.Migration):
    """A table of their ids."""

    dependencies = [("identify", "0005_links_and_proofs")]

    operations = [
        migrations.CreateModel(
            name="HouseholdWaiting",
            fields=[
                (
                    "profile_id",
                    passerelle.store.IdField(primary_key=True, serialize=False),
                ),
            ],
            options={"db_table": "households_waiting"},
        ),
    ]
