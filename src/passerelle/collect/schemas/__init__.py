"""What events look like, as sources declare it."""

from passerelle.collect.schemas.event_schemas import EventSchemas

__all__ = ["EventSchemas"]
