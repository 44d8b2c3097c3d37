"""The first tables."""

from django.db import migrations, models

from passerelle.store import IdField


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Edge",
            fields=[
                ("edge_id", IdField(primary_key=True, serialize=False)),
                ("left_id", models.BigIntegerField()),
                ("right_id", models.BigIntegerField(db_index=True)),
                ("kind", models.TextField()),
                ("source", models.TextField()),
                ("trusted", models.SmallIntegerField()),
                ("first_seen_at", models.BigIntegerField()),
                ("last_seen_at", models.BigIntegerField()),
                ("learned_at", models.BigIntegerField()),
                ("observations", models.BigIntegerField()),
                ("withdrawn_at", models.BigIntegerField(null=True)),
                ("withdrawn_reason", models.TextField(null=True)),
            ],
            options={
                "db_table": "edges",
            },
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                ("profile_id", IdField(primary_key=True, serialize=False)),
                ("household_id", models.BigIntegerField(db_index=True)),
            ],
            options={
                "db_table": "households",
            },
        ),
        migrations.CreateModel(
            name="Identifier",
            fields=[
                (
                    "identifier_id",
                    IdField(primary_key=True, serialize=False),
                ),
                ("type", models.TextField()),
                ("value", models.TextField()),
                ("judgement", models.TextField(default="personal")),
                ("learned_at", models.BigIntegerField()),
            ],
            options={
                "db_table": "identifiers",
            },
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                ("edge_id", IdField(primary_key=True, serialize=False)),
                ("reason", models.TextField()),
            ],
            options={
                "db_table": "refusals",
            },
        ),
        migrations.CreateModel(
            name="KeptApart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("left_id", models.BigIntegerField()),
                ("right_id", models.BigIntegerField()),
                ("reason", models.TextField()),
                ("decided_at", models.BigIntegerField()),
            ],
            options={
                "db_table": "kept_apart",
                "constraints": [
                    models.UniqueConstraint(fields=("left_id", "right_id"), name="kept_apart_pair")
                ],
            },
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                (
                    "identifier_id",
                    IdField(primary_key=True, serialize=False),
                ),
                ("profile_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "placements",
                "indexes": [models.Index(fields=["profile_id"], name="placements_by_profile")],
            },
        ),
    ]
