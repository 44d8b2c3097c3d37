"""What machines ask of the collector: does it live, can it work, what has it done, what is it."""

from __future__ import annotations

from passerelle.ingest.door.answers import Answer, in_json
from passerelle.ingest.door.intake import Intake
from passerelle.ingest.door.metrics import CONTENT_TYPE
from passerelle.ingest.door.openapi import describe_api
from passerelle.ingest.door.refusals import Refusal
from passerelle.ingest.door.requests import Request


async def show_health(intake: Intake, request: Request, call: str) -> Answer:
    """The process lives."""
    return in_json({"status": "ok"})


async def show_readiness(intake: Intake, request: Request, call: str) -> Answer:
    """Events would be taken in now; else 503, and why."""
    reasons = []
    if not intake.access.is_known:
        reasons.append("write_keys_unknown")
    if intake.is_stopping:
        reasons.append("stopping")
    try:
        intake.check_room()
    except Refusal as refusal:
        reasons.append(refusal.code)
    status = "ready" if not reasons else "not ready"
    return in_json({"status": status, "reasons": reasons}, 503 if reasons else 200)


async def show_metrics(intake: Intake, request: Request, call: str) -> Answer:
    """Counters for Prometheus."""
    gauges = {
        "waiting_bytes": float(intake.waiting_bytes),
        "requests_under_way": float(intake.requests),
        "write_keys": float(intake.access.count),
        "disk_low": float(intake.is_disk_low),
    }
    return Answer(200, intake.metrics.expose(gauges), CONTENT_TYPE)


async def show_api(intake: Intake, request: Request, call: str) -> Answer:
    """All this as an OpenAPI document."""
    return in_json(describe_api())
