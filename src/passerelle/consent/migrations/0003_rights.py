"""Requests by right, what was done about each, and the mark of the tombstone journal."""

from django.db import migrations, models

from passerelle.store import IdField


class Migration(migrations.Migration):
    """Tables of rights."""

    dependencies = [
        ("consent", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RightsDelivery",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "request_id",
                        "destination",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("request_id", models.BigIntegerField()),
                ("destination", models.TextField()),
                ("reference", models.TextField()),
                ("attempts", models.BigIntegerField(default=0)),
                ("next_at", models.BigIntegerField()),
                ("receipt", models.TextField(default="")),
                ("settled_at", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "rights_deliveries",
            },
        ),
        migrations.CreateModel(
            name="RightsPlace",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "request_id",
                        "place",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("request_id", models.BigIntegerField()),
                ("place", models.TextField()),
                ("removed", models.BigIntegerField()),
                ("done_at", models.BigIntegerField()),
            ],
            options={
                "db_table": "rights_places",
            },
        ),
        migrations.CreateModel(
            name="RightsRequest",
            fields=[
                ("request_id", IdField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("profile_id", models.BigIntegerField()),
                ("state", models.TextField()),
                ("proof", models.TextField(default="")),
                ("received_at", models.BigIntegerField()),
                ("due_at", models.BigIntegerField()),
                ("is_extended", models.SmallIntegerField(default=0)),
                ("settled_at", models.BigIntegerField(null=True)),
                ("outcome", models.TextField(default="{}")),
                ("receipt_hash", models.TextField(default="")),
            ],
            options={
                "db_table": "rights_requests",
            },
        ),
        migrations.CreateModel(
            name="RightsStep",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "request_id",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("request_id", models.BigIntegerField()),
                ("number", models.BigIntegerField()),
                ("at", models.BigIntegerField()),
                ("actor", models.TextField()),
                ("step", models.TextField()),
                ("detail", models.TextField()),
            ],
            options={
                "db_table": "rights_steps",
            },
        ),
        migrations.CreateModel(
            name="TombstoneMark",
            fields=[
                ("mark_id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
            ],
            options={
                "db_table": "tombstone_marks",
            },
        ),
    ]
