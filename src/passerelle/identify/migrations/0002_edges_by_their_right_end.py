"""Edges by their right end in a table of its own, which takes a batch in its order."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_COLUMNS = "right_id bigint not null, edge_id bigint not null, primary key (right_id, edge_id)"


def make_table(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the table, on SQLite in the order of its key and nothing else, and fill it."""
    order = " without rowid" if schema_editor.connection.vendor == "sqlite" else ""
    schema_editor.execute(f"create table edge_ends ({_COLUMNS}){order}")
    schema_editor.execute(
        "insert into edge_ends (right_id, edge_id) "
        "select right_id, edge_id from edges order by right_id, edge_id"
    )


def drop_table(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the table away."""
    schema_editor.execute("drop table edge_ends")


class Migration(migrations.Migration):
    dependencies = [("identify", "0001_first_tables")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make_table, drop_table)],
            state_operations=[
                migrations.CreateModel(
                    name="EdgeEnd",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "right_id",
                                "edge_id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("right_id", models.BigIntegerField()),
                        ("edge_id", models.BigIntegerField()),
                    ],
                    options={"db_table": "edge_ends"},
                ),
            ],
        ),
        migrations.AlterField(model_name="edge", name="right_id", field=models.BigIntegerField()),
    ]
