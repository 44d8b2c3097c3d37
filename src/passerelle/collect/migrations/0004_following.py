"""How far the event log was followed, what was seen of it, and how much came."""

from django.db import migrations, models

from passerelle.store import IdField


def _key(*columns: str) -> models.CompositePrimaryKey:
    return models.CompositePrimaryKey(
        *columns, blank=True, editable=False, primary_key=True, serialize=False
    )


class Migration(migrations.Migration):
    """The follower's tables."""

    dependencies = [("collect", "0003_write_keys")]

    operations = [
        migrations.CreateModel(
            name="EventCount",
            fields=[
                ("pk", _key("hour", "source", "outcome", "event")),
                ("hour", models.BigIntegerField()),
                ("source", models.TextField()),
                ("outcome", models.TextField()),
                ("event", models.TextField()),
                ("events", models.BigIntegerField()),
            ],
            options={"db_table": "event_counts"},
        ),
        migrations.CreateModel(
            name="LogOffset",
            fields=[
                ("pk", _key("log", "consumer")),
                ("log", models.TextField()),
                ("consumer", models.TextField()),
                ("segment", models.BigIntegerField()),
                ("byte", models.BigIntegerField()),
            ],
            options={"db_table": "log_offsets"},
        ),
        migrations.CreateModel(
            name="FollowerState",
            fields=[
                ("writer", models.TextField(primary_key=True, serialize=False)),
                ("step", models.BigIntegerField()),
                ("lake_step", models.BigIntegerField()),
                ("lake_done", models.BigIntegerField()),
                ("ids_kept", models.BigIntegerField()),
            ],
            options={"db_table": "follower_state"},
        ),
        migrations.CreateModel(
            name="TakenStep",
            fields=[
                ("step", IdField(primary_key=True, serialize=False)),
                ("lake_step", models.BigIntegerField()),
                ("begins", models.TextField()),
                ("ends", models.TextField()),
                ("event_ids", models.TextField()),
                ("received_until", models.BigIntegerField()),
            ],
            options={"db_table": "taken_steps"},
        ),
        migrations.CreateModel(
            name="SeenRun",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("first_at", models.BigIntegerField()),
                ("last_at", models.BigIntegerField()),
                ("events", models.BigIntegerField()),
            ],
            options={"db_table": "seen_runs"},
        ),
    ]
