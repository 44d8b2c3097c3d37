"""The store: present state that changes in transactions, on SQLite or PostgreSQL."""

from passerelle.store.bulk import BulkSession
from passerelle.store.database import APPS, Store, open_store
from passerelle.store.instants import from_micros, to_micros

__all__ = ["APPS", "BulkSession", "Store", "from_micros", "open_store", "to_micros"]
