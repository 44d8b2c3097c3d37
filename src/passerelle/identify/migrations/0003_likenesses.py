"""Why records are alike, beside the edges that say so."""

from django.db import migrations, models

import passerelle.store.fields


class Migration(migrations.Migration):
    """A table of reasons."""

    dependencies = [("identify", "0002_edges_by_their_right_end")]

    operations = [
        migrations.CreateModel(
            name="LikenessReason",
            fields=[
                (
                    "edge_id",
                    passerelle.store.fields.IdField(primary_key=True, serialize=False),
                ),
                ("match_probability", models.FloatField()),
                ("evidence", models.TextField()),
            ],
            options={"db_table": "likenesses"},
        ),
    ]
