"""Answer requests: hand over, restrict, object, erase; each ends with a receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from passerelle.consent.channels import EVERY
from passerelle.consent.ledger import SUBJECT_TYPES, Said, record
from passerelle.consent.rights.access_archive import build_access_archive
from passerelle.consent.rights.erasing import Erased, erase_people
from passerelle.consent.rights.installation import Installation
from passerelle.consent.rights.receipts import archive_folder, write_durably, write_receipt
from passerelle.consent.rights.requests import Request, RequestBook, get_request
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

ARCHIVE = "archive.zip"
_DECIDED = MappingProxyType({"restrict": "restricted", "object": "objected"})
_METHODS = MappingProxyType({"logged_in": "account", "signed_link": "link", "in_person": "store"})
"""How the ledger calls each way of proving an identity."""
_SOURCE = "rights"


@dataclass(frozen=True)
class Answer:
    """What a request came to: its archive if one is handed over, what was erased if anything."""

    request: Request
    archive: Path | None = None
    erased: Erased | None = None


def answer_request(of: Installation, book: RequestBook, request: Request) -> Answer:
    """Do what a request asks, and settle it.

    Raises:
        InvalidInput: Nobody proved their identity, it is settled, or it needs values.
        Retryable: A place cannot be had now; the same call goes on.
    """
    if request.kind == "erase":
        erased = erase_people(of, book, [request])
        return Answer(get_request(of.warehouse.store, request.request_id), erased=erased)
    if request.kind in _DECIDED:
        return _decide(of, book, request)
    if request.kind == "rectify":
        return _note_rectified(of, book, request)
    return _hand_over(of, book, request)


def _hand_over(of: Installation, book: RequestBook, request: Request) -> Answer:
    begun = book.begin(request, at=of.warehouse.clock())
    body = build_access_archive(of, begun.profile_id, only_portable=begun.kind == "portability")
    path = archive_folder(of, begun) / ARCHIVE
    write_durably(path, body)
    outcome = {"archive_sha256": sha256(body).hexdigest(), "archive_bytes": len(body)}
    return Answer(_settle(of, book, begun, outcome), archive=path)


def _decide(of: Installation, book: RequestBook, request: Request) -> Answer:
    begun = book.begin(request, at=of.warehouse.clock())
    store, at = of.warehouse.store, of.warehouse.clock()
    held = store.rows(
        "select i.identifier_id, i.type from placements p "
        "join identifiers i on i.identifier_id = p.identifier_id where p.profile_id = ?",
        (begun.profile_id,),
    )
    # Of each contact point and record: whatever part of the profile is split off keeps it.
    said = [
        Said(
            subject_type=row["type"],
            subject_id=row["identifier_id"],
            purpose=EVERY,
            channel=EVERY,
            decision=_DECIDED[begun.kind],
            method=_METHODS[begun.proof],
            source=_SOURCE,
            is_trusted=True,
            occurred_at=at,
            scope="person",
        )
        for row in held
        if row["type"] in SUBJECT_TYPES
    ]
    with store.bulk() as bulk:
        recorded = record(bulk, said, keys=of.warehouse.keys, at=at)
    return Answer(_settle(of, book, begun, {"recorded": recorded}))


def _note_rectified(of: Installation, book: RequestBook, request: Request) -> Answer:
    """Settle a rectification whose values were declared (`rectify`)."""
    if request.state != "running":
        raise InvalidInput(
            _("A rectification needs the right values."),
            hint=_("Give them with: passerelle rights rectify PROFILE --set FIELD=VALUE"),
        )
    return Answer(_settle(of, book, request, {}))


def _settle(
    of: Installation, book: RequestBook, request: Request, outcome: dict[str, object]
) -> Request:
    at = of.warehouse.clock()
    receipt = write_receipt(of, request, outcome, at=at)
    return book.finish(request, outcome, receipt.sha256, at=at)


def answer_erasures(
    of: Installation, book: RequestBook, requests: Sequence[Request]
) -> Erased | None:
    """Erase everybody who asked and proved who they are, in one go; None if nobody did."""
    ready = [
        each for each in requests if each.kind == "erase" and each.state in ("proved", "running")
    ]
    return erase_people(of, book, ready) if ready else None
