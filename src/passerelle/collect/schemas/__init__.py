"""What events look like, as sources declare it."""

from passerelle.collect.schemas.event_schemas import SCHEMA_REASONS, EventSchemas
from passerelle.collect.schemas.inferring import (
    SchemaFit,
    check_schemas,
    infer_schemas,
)
from passerelle.collect.schemas.schema_file import (
    MISMATCH_CHOICES,
    UNKNOWN_CHOICES,
    EventSchema,
    find_schema,
    write_schema,
)

__all__ = [
    "MISMATCH_CHOICES",
    "SCHEMA_REASONS",
    "UNKNOWN_CHOICES",
    "EventSchema",
    "EventSchemas",
    "SchemaFit",
    "check_schemas",
    "find_schema",
    "infer_schemas",
    "write_schema",
]
