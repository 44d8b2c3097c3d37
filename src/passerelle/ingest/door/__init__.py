"""The HTTP door: requests of every known client in, durable before they are answered."""

from passerelle.ingest.door.limits import Limits
from passerelle.ingest.door.options import CollectorOptions
from passerelle.ingest.door.webhook_calls import read_webhook_mapping
from passerelle.ingest.door.workers import serve_collector

__all__ = ["CollectorOptions", "Limits", "read_webhook_mapping", "serve_collector"]
