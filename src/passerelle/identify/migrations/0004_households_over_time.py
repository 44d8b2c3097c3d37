"""Where records say people live, version by version, and who lived with whom, when."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_RESIDENCES = (
    "record_id bigint not null, observed_at bigint not null, address_id bigint, unit text, "
    "postcode text, last_name_key text, birth_name_key text, primary key (record_id, observed_at)"
)


def make_residences(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the table, on SQLite in the order of its key: half the room of a table and an index."""
    order = " without rowid" if schema_editor.connection.vendor == "sqlite" else ""
    schema_editor.execute(f"create table residences ({_RESIDENCES}){order}")


def _key(*columns: str) -> models.CompositePrimaryKey:
    return models.CompositePrimaryKey(
        *columns, blank=True, editable=False, primary_key=True, serialize=False
    )


class Migration(migrations.Migration):
    """Residences and memberships; what linking found of homes goes."""

    dependencies = [("identify", "0003_likenesses")]

    operations = [
        migrations.DeleteModel(name="RecordHome"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make_residences)],
            state_operations=[
                migrations.CreateModel(
                    name="Residence",
                    fields=[
                        ("pk", _key("record_id", "observed_at")),
                        ("record_id", models.BigIntegerField()),
                        ("observed_at", models.BigIntegerField()),
                        ("address_id", models.BigIntegerField(null=True)),
                        ("unit", models.TextField(null=True)),
                        ("postcode", models.TextField(null=True)),
                        ("last_name_key", models.TextField(null=True)),
                        ("birth_name_key", models.TextField(null=True)),
                    ],
                    options={"db_table": "residences"},
                ),
            ],
        ),
        migrations.CreateModel(
            name="HouseholdMembership",
            fields=[
                ("pk", _key("profile_id", "household_id", "valid_from")),
                ("profile_id", models.BigIntegerField()),
                ("household_id", models.BigIntegerField(db_index=True)),
                ("valid_from", models.BigIntegerField()),
                ("valid_to", models.BigIntegerField(null=True)),
            ],
            options={"db_table": "household_memberships"},
        ),
    ]
