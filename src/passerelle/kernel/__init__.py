"""What every stage may rely on: errors, ids, time, plug-ins."""

from passerelle.kernel.beside import SideThreads, side_threads
from passerelle.kernel.clock import Clock, system_clock
from passerelle.kernel.errors import (
    InvalidInput,
    Misconfigured,
    PasserelleError,
    RejectedRecord,
    Retryable,
)
from passerelle.kernel.ids import IdentifierKeys, format_id, parse_id
from passerelle.kernel.plugins import load_plugins

__all__ = [
    "Clock",
    "IdentifierKeys",
    "InvalidInput",
    "Misconfigured",
    "PasserelleError",
    "RejectedRecord",
    "Retryable",
    "SideThreads",
    "format_id",
    "load_plugins",
    "parse_id",
    "side_threads",
    "system_clock",
]
