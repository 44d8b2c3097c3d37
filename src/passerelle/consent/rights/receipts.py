"""The receipt of a request: what was asked, done and when, for the person and for proof."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from passerelle.consent.rights.destinations import list_deliveries
from passerelle.consent.rights.installation import Installation
from passerelle.consent.rights.places import ARCHIVES
from passerelle.consent.rights.requests import KINDS, Request, list_steps
from passerelle.kernel.language import _
from passerelle.store import from_micros


@dataclass(frozen=True)
class Receipt:
    """A receipt that was written: for programs, with its hash; the text beside says the same."""

    path: Path
    sha256: str


def archive_folder(of: Installation, request: Request) -> Path:
    """The folder of what is handed out for a request, for its owner only."""
    folder = of.home / ARCHIVES / request.name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def write_receipt(
    of: Installation, request: Request, outcome: Mapping[str, Any], *, at: datetime
) -> Receipt:
    """Write the receipt of a request that is being settled; no value of the person is in it."""
    store = of.warehouse.store
    told = {
        "request": request.name,
        "kind": request.kind,
        "received_at": request.received_at.isoformat(),
        "due_at": request.due_at.isoformat(),
        "identity_proved_by": request.proof,
        "settled_at": at.isoformat(),
        "outcome": dict(outcome),
        "destinations": [
            {**row, "settled_at": from_micros(row["settled_at"]).isoformat()}
            for row in list_deliveries(store, request.request_id)
            if row["settled_at"] is not None
        ],
        "steps": [
            {"at": each.at.isoformat(), "step": each.step}
            for each in list_steps(store, request.request_id)
        ],
    }
    body = json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False).encode()
    folder = archive_folder(of, request)
    digest = sha256(body).hexdigest()
    write_durably(folder / "receipt.json", body)
    write_durably(folder / "receipt.txt", _readable(request, told, digest).encode())
    return Receipt(folder / "receipt.json", digest)


def write_durably(path: Path, body: bytes) -> None:
    """Put a file in its place, whole or not at all, for its owner only."""
    draft = path.with_name(f".{path.name}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _readable(request: Request, told: Mapping[str, Any], digest: str) -> str:
    lines = [
        _("Receipt of request {request}").format(request=request.name),
        "",
        _("Asked for: {kind}").format(kind=_(KINDS[request.kind])),
        _("Received: {day}").format(day=request.received_at.date()),
        _("Answered: {day}").format(day=told["settled_at"][:10]),
        _("To be answered by: {day}").format(day=request.due_at.date()),
        _("SHA-256 of receipt.json: {digest}").format(digest=digest),
    ]
    return "\n".join(lines) + "\n"
