"""The first tables."""

from django.db import migrations, models

from passerelle.store import IdField


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                ("import_id", models.TextField(primary_key=True, serialize=False)),
                ("source", models.TextField()),
                ("kind", models.TextField()),
                ("file_name", models.TextField()),
                ("content_id", models.TextField()),
                ("plan", models.TextField()),
                ("batch_rows", models.IntegerField()),
                ("batches_done", models.IntegerField(default=0)),
                ("is_complete", models.SmallIntegerField(default=0)),
                ("is_replay", models.SmallIntegerField(default=0)),
                ("counts", models.TextField(default="{}")),
                ("started_at", models.BigIntegerField()),
                ("finished_at", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "imports",
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("trusted", models.SmallIntegerField()),
                ("created_at", models.BigIntegerField()),
            ],
            options={
                "db_table": "sources",
            },
        ),
        migrations.CreateModel(
            name="QuarantinedRow",
            fields=[
                ("row_id", models.TextField(primary_key=True, serialize=False)),
                ("import_id", models.TextField(db_index=True)),
                ("source", models.TextField()),
                ("kind", models.TextField()),
                ("row_number", models.BigIntegerField()),
                ("reason", models.TextField()),
                ("detail", models.TextField()),
                ("original", models.TextField()),
                ("repaired", models.TextField(null=True)),
                ("refused_by", models.TextField(null=True)),
                ("state", models.TextField(default="waiting")),
                ("quarantined_at", models.BigIntegerField()),
                ("settled_at", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "quarantined_rows",
                "indexes": [models.Index(fields=["state", "reason"], name="quarantine_by_state")],
            },
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                ("record_id", IdField(primary_key=True, serialize=False)),
                ("source", models.TextField()),
                ("record_key", models.TextField()),
                ("content_hash", models.BigIntegerField()),
                ("import_id", models.TextField()),
                ("observed_at", models.BigIntegerField()),
                ("learned_at", models.BigIntegerField()),
                ("received_at", models.BigIntegerField()),
                ("first_name_key", models.TextField(null=True)),
                ("last_name_key", models.TextField(null=True)),
                ("birth_date", models.TextField(null=True)),
                ("household_id", models.BigIntegerField(null=True)),
                ("normalized", models.TextField()),
            ],
            options={
                "db_table": "records",
                "indexes": [
                    models.Index(fields=["last_name_key", "first_name_key"], name="records_by_name")
                ],
            },
        ),
    ]
