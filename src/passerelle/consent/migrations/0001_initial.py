"""The ledger of consent, its head, and the policies."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The first tables of consent."""

    initial = True

    operations = [
        migrations.CreateModel(
            name="ConsentEvent",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.BigIntegerField(unique=True)),
                ("subject_id", models.BigIntegerField()),
                ("subject_type", models.TextField()),
                ("scope", models.TextField()),
                ("purpose", models.TextField()),
                ("channel", models.TextField()),
                ("decision", models.TextField()),
                ("lifts", models.TextField(default="")),
                ("method", models.TextField()),
                ("notice", models.TextField(default="")),
                ("source", models.TextField()),
                ("is_trusted", models.SmallIntegerField()),
                ("occurred_at", models.BigIntegerField()),
                ("recorded_at", models.BigIntegerField()),
                ("valid_until", models.BigIntegerField(null=True)),
                ("adult_from", models.BigIntegerField(null=True)),
                ("evidence", models.TextField(default="")),
                ("previous_hash", models.TextField()),
                ("hash", models.TextField()),
            ],
            options={
                "db_table": "consent_events",
                "indexes": [models.Index(fields=["subject_id"], name="consent_by_subject")],
            },
        ),
        migrations.CreateModel(
            name="ConsentHead",
            fields=[
                ("head_id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("hash", models.TextField()),
                ("seal", models.TextField()),
            ],
            options={"db_table": "consent_heads"},
        ),
        migrations.CreateModel(
            name="ConsentPolicy",
            fields=[
                ("version", models.TextField(primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("effective_from", models.BigIntegerField()),
                ("applied_at", models.BigIntegerField()),
            ],
            options={"db_table": "consent_policies"},
        ),
    ]
