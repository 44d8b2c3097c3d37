"""What residences say besides: words of double names, and the household that a source names."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_STATEMENTS = (
    "alter table residences add column name_words text",
    "alter table residences add column declared_id bigint",
    "create index residences_by_address on residences (address_id)",
    "create index residences_by_postcode on residences (postcode)",
    "create index residences_by_declared on residences (declared_id)",
)


def add_columns(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the columns; by hand, as Django would make the whole table anew on SQLite.

    The indexes find who shares something with somebody, of whom a person decided something.
    """
    for statement in _STATEMENTS:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Two columns of residences, and what finds them by address, postcode and household."""

    dependencies = [("identify", "0006_households_waiting")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(add_columns)],
            state_operations=[
                migrations.AddField("Residence", "name_words", models.TextField(null=True)),
                migrations.AddField("Residence", "declared_id", models.BigIntegerField(null=True)),
                *(
                    migrations.AddIndex(
                        "Residence", models.Index(fields=[column], name=f"residences_by_{short}")
                    )
                    for column, short in (
                        ("address_id", "address"),
                        ("postcode", "postcode"),
                        ("declared_id", "declared"),
                    )
                ),
            ],
        ),
    ]
