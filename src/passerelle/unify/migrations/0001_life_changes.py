"""Life changes, and what people decided about them."""

from django.db import migrations, models

from passerelle.store import IdField


class Migration(migrations.Migration):
    """The first tables of unifying."""

    initial = True

    operations = [
        migrations.CreateModel(
            name="LifeChange",
            fields=[
                ("change_id", IdField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("identifier_id", models.BigIntegerField(db_index=True)),
                ("other_id", models.BigIntegerField(null=True)),
                ("source", models.TextField()),
                ("happened_on", models.TextField(null=True)),
                ("learned_at", models.BigIntegerField()),
                ("gone_at", models.BigIntegerField(null=True)),
                ("probability", models.FloatField()),
                ("is_certain", models.SmallIntegerField()),
                ("former_name_key", models.TextField(db_index=True, null=True)),
                ("details", models.TextField()),
                ("evidence", models.TextField()),
            ],
            options={"db_table": "life_changes"},
        ),
        migrations.CreateModel(
            name="LifeDecision",
            fields=[
                ("decision_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("change_id", models.BigIntegerField()),
                ("verdict", models.TextField()),
                ("reason", models.TextField()),
                ("decided_at", models.BigIntegerField()),
                ("undone_at", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "life_decisions",
                "indexes": [models.Index(fields=["change_id"], name="decisions_by_change")],
            },
        ),
    ]
