"""The store: present state that changes in transactions, on SQLite or PostgreSQL."""

from passerelle.store.bulk import BulkSession, ReadSession
from passerelle.store.database import Store, open_store
from passerelle.store.django_settings import APPS, lend_django
from passerelle.store.failures import place_of
from passerelle.store.fields import IdField
from passerelle.store.instants import from_micros, to_micros

__all__ = [
    "APPS",
    "BulkSession",
    "IdField",
    "ReadSession",
    "Store",
    "from_micros",
    "lend_django",
    "open_store",
    "place_of",
    "to_micros",
]
