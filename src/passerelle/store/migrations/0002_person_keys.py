"""The keys of people."""

from django.db import migrations, models

from passerelle.store import IdField


class Migration(migrations.Migration):
    dependencies = [("store", "0001_audit")]

    operations = [
        migrations.CreateModel(
            name="PersonKey",
            fields=[
                ("person_id", IdField(primary_key=True, serialize=False)),
                ("generation", models.BigIntegerField()),
                ("version", models.IntegerField()),
                ("wrapped", models.TextField()),
            ],
            options={"db_table": "person_keys"},
        ),
    ]
