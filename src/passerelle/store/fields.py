"""Columns of the store's tables that Django has no field for."""

from __future__ import annotations

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class IdField(models.BigIntegerField):  # type: ignore[type-arg]  # its value types are Django's
    """A 64-bit id given by us, as primary key.

    SQLite keeps a table in the order of its key, without an index beside it, only if the key's
    type is written `integer`; Django writes `bigint`, and every row is then stored twice.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """The type of the column."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)
