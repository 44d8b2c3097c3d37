"""The audit log."""

from django.db import migrations, models

from passerelle.store import IdField


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditRow",
            fields=[
                ("number", IdField(primary_key=True, serialize=False)),
                ("entry_id", models.TextField(unique=True)),
                ("happened_at", models.BigIntegerField()),
                ("actor", models.TextField()),
                ("action", models.TextField()),
                ("subjects", models.TextField()),
                ("detail", models.TextField()),
                ("previous_hash", models.TextField()),
                ("hash", models.TextField()),
            ],
            options={"db_table": "audit_entries"},
        ),
        migrations.CreateModel(
            name="AuditMention",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "subject",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("subject", models.TextField()),
                ("number", models.BigIntegerField()),
            ],
            options={"db_table": "audit_mentions"},
        ),
        migrations.CreateModel(
            name="AuditSalt",
            fields=[
                ("subject_id", IdField(primary_key=True, serialize=False)),
                ("salt", models.TextField()),
            ],
            options={"db_table": "audit_salts"},
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("head_id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("hash", models.TextField()),
                ("seal", models.TextField()),
            ],
            options={"db_table": "audit_heads"},
        ),
    ]
