"""Why records are alike, beside the edges that say so; and who was found to live together."""

from django.db import migrations, models

from passerelle.store import IdField


class Migration(migrations.Migration):
    """A table of reasons, and one of homes."""

    dependencies = [("identify", "0002_edges_by_their_right_end")]

    operations = [
        migrations.CreateModel(
            name="LikenessReason",
            fields=[
                (
                    "edge_id",
                    IdField(primary_key=True, serialize=False),
                ),
                ("match_probability", models.FloatField()),
                ("evidence", models.TextField()),
            ],
            options={"db_table": "likenesses"},
        ),
        migrations.CreateModel(
            name="RecordHome",
            fields=[
                ("record_id", IdField(primary_key=True, serialize=False)),
                ("home_id", models.BigIntegerField()),
            ],
            options={"db_table": "record_homes"},
        ),
    ]
