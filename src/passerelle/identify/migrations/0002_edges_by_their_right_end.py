"""Edges by their right end in a table of its own, which takes a batch in its order."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_COLUMNS = "right_id bigint not null, edge_id bigint not null, primary key (right_id, edge_id)"


def table_for_index(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the table of what there is, on SQLite in the order of its key; drop the index.

    By hand: to drop an index, Django would make the whole table of edges anew on SQLite.
    """
    connection = schema_editor.connection
    order = " without rowid" if connection.vendor == "sqlite" else ""
    schema_editor.execute(f"create table edge_ends ({_COLUMNS}){order}")
    schema_editor.execute(
        "insert into edge_ends (right_id, edge_id) "
        "select right_id, edge_id from edges order by right_id, edge_id"
    )
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "edges")
    for name, constraint in found.items():
        if constraint["index"] and constraint["columns"] == ["right_id"]:
            schema_editor.execute(f"drop index {schema_editor.quote_name(name)}")


class Migration(migrations.Migration):
    """Edges lose the index of their right end; the table of ends takes its place."""

    dependencies = [("identify", "0001_first_tables")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(table_for_index)],
            state_operations=[
                migrations.AlterField(
                    model_name="edge", name="right_id", field=models.BigIntegerField()
                ),
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
    ]
