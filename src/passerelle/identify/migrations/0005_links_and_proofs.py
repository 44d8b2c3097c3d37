"""Who used a personal link first, and the consent under which an edge was told."""

from django.db import migrations, models

from passerelle.store import IdField


class Migration(migrations.Migration):
    """A table of the first uses of links, and one of proofs of consent."""

    dependencies = [("identify", "0004_households_over_time")]

    operations = [
        migrations.CreateModel(
            name="LinkUse",
            fields=[
                ("link_id", IdField(primary_key=True, serialize=False)),
                ("subject_id", models.BigIntegerField()),
                ("device_id", models.BigIntegerField()),
                ("first_used_at", models.BigIntegerField()),
            ],
            options={"db_table": "link_uses"},
        ),
        migrations.CreateModel(
            name="ConsentProof",
            fields=[
                ("edge_id", IdField(primary_key=True, serialize=False)),
                ("event_id", models.BigIntegerField()),
                ("consent", models.TextField()),
                ("said_at", models.BigIntegerField()),
            ],
            options={"db_table": "consent_proofs"},
        ),
    ]
