"""What people may ask for by right, and how it is answered and proved."""

from passerelle.consent.rights.access_archive import build_access_archive
from passerelle.consent.rights.access_data import AccessData, read_access_data
from passerelle.consent.rights.answering import (
    Answer,
    answer_erasures,
    answer_request,
    finish_rectified,
)
from passerelle.consent.rights.auditing import Audits, Done
from passerelle.consent.rights.destinations import (
    Destination,
    deliver_deletions,
    list_deliveries,
)
from passerelle.consent.rights.erasing import (
    Erased,
    erase_kept_long_enough,
    erase_people,
    find_remaining,
    list_behind,
    replay_tombstones,
)
from passerelle.consent.rights.installation import Installation
from passerelle.consent.rights.places import (
    FILES_OF_NOBODY,
    KEPT,
    NOTHING,
    PLACES,
    Place,
    find_unlisted_files,
)
from passerelle.consent.rights.rectifying import (
    CORRECTABLE,
    check_corrections,
    take_in_corrections,
)
from passerelle.consent.rights.requests import (
    KINDS,
    PROOFS,
    STATES,
    Request,
    RequestBook,
    Step,
    get_request,
    list_requests,
    list_steps,
    read_request_id,
)
from passerelle.consent.rights.tombstones import Tombstone, TombstoneJournal

__all__ = [
    "CORRECTABLE",
    "FILES_OF_NOBODY",
    "KEPT",
    "KINDS",
    "NOTHING",
    "PLACES",
    "PROOFS",
    "STATES",
    "AccessData",
    "Answer",
    "Audits",
    "Destination",
    "Done",
    "Erased",
    "Installation",
    "Place",
    "Request",
    "RequestBook",
    "Step",
    "Tombstone",
    "TombstoneJournal",
    "answer_erasures",
    "answer_request",
    "build_access_archive",
    "check_corrections",
    "deliver_deletions",
    "erase_kept_long_enough",
    "erase_people",
    "find_remaining",
    "find_unlisted_files",
    "finish_rectified",
    "get_request",
    "list_behind",
    "list_deliveries",
    "list_requests",
    "list_steps",
    "read_access_data",
    "read_request_id",
    "replay_tombstones",
    "take_in_corrections",
]
