"""The suppression list: entries and their keys."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_KEYS = (
    "key bigint not null, entry_id bigint not null, kind text not null, sieve bigint not null, "
    "primary key (key, entry_id)"
)


def make_keys(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the table, on SQLite in the order of its key: half the room of a table and an index."""
    order = " without rowid" if schema_editor.connection.vendor == "sqlite" else ""
    schema_editor.execute(f"create table suppression_keys ({_KEYS}){order}")
    schema_editor.execute("create index suppression_by_entry on suppression_keys (entry_id)")


class Migration(migrations.Migration):
    """Suppression lists."""

    dependencies = [("consent", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SuppressionEntry",
            fields=[
                ("entry_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("list_name", models.TextField()),
                ("reason", models.TextField()),
                ("decision", models.TextField()),
                ("channels", models.TextField()),
                ("listed_at", models.BigIntegerField()),
                ("learned_at", models.BigIntegerField()),
                ("expires_at", models.BigIntegerField(null=True)),
                ("version", models.IntegerField()),
                ("keys", models.BigIntegerField()),
            ],
            options={"db_table": "suppressions"},
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make_keys)],
            state_operations=[
                migrations.CreateModel(
                    name="SuppressionKey",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "key",
                                "entry_id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("key", models.BigIntegerField()),
                        ("entry_id", models.BigIntegerField()),
                        ("kind", models.TextField()),
                        ("sieve", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "suppression_keys",
                        "indexes": [models.Index(fields=["entry_id"], name="suppression_by_entry")],
                    },
                ),
            ],
        ),
    ]
