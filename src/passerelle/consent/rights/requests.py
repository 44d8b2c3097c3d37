"""Requests that people make by right: their states, their deadline, and every step on record."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from passerelle.consent.periods import Period
from passerelle.consent.rights.auditing import Audits, Done
from passerelle.kernel import InvalidInput, format_id, parse_id
from passerelle.kernel.language import N_, _
from passerelle.store import BulkSession, Store, from_micros, to_micros

REQUEST_PREFIX = "r"

KINDS = MappingProxyType(
    {
        "access": N_("access"),
        "rectify": N_("rectification"),
        "erase": N_("erasure"),
        "restrict": N_("restriction"),
        "object": N_("objection"),
        "portability": N_("portability"),
    }
)
"""What may be asked for. Source: GDPR, articles 15 to 21."""

PROOFS = MappingProxyType(
    {
        "logged_in": N_("logged in to their account"),
        "signed_link": N_("opened a signed link sent to a contact point that we know"),
        "in_person": N_("in person, known to the staff"),
    }
)
"""How somebody may prove who they are; a copy of an identity document is not asked for."""

STATES = MappingProxyType(
    {
        "received": N_("received"),
        "proved": N_("identity proved"),
        "running": N_("running"),
        "done": N_("done"),
        "refused": N_("refused"),
    }
)
_NEXT = MappingProxyType(
    {
        "received": ("proved", "refused"),
        "proved": ("running", "refused"),
        "running": ("running", "done"),
        "done": (),
        "refused": (),
    }
)

ANSWERED_WITHIN = Period(months=1)
EXTENDED_TO = Period(months=3)
"""One month from receipt, and two more for a request that is hard to answer. Source: GDPR,
article 12(3), from general knowledge: not verified on the text."""


@dataclass(frozen=True)
class Request:
    """Something that somebody asked for by right."""

    request_id: int
    kind: str
    profile_id: int
    state: str
    proof: str
    received_at: datetime
    due_at: datetime
    is_extended: bool
    settled_at: datetime | None
    outcome: Mapping[str, Any]
    receipt_hash: str

    @property
    def name(self) -> str:
        """Its id as people see it."""
        return format_id(self.request_id, REQUEST_PREFIX)

    def is_late(self, now: datetime) -> bool:
        """Whether it should have been answered by now."""
        return self.settled_at is None and now > self.due_at


@dataclass(frozen=True)
class Step:
    """One thing that was done about a request."""

    number: int
    at: datetime
    actor: str
    step: str
    detail: str


@dataclass(frozen=True)
class RequestBook:
    """Where requests are kept, who is told of each step, and what time it is."""

    store: Store
    audit: Audits
    actor: str

    def receive(self, kind: str, profile_id: int, *, at: datetime) -> Request:
        """Keep a request; the deadline runs from now.

        Raises:
            InvalidInput: There is no such kind.
        """
        if kind not in KINDS:
            raise InvalidInput(
                _("Nobody may ask for {kind!r}.").format(kind=kind),
                hint=_("Kinds: {kinds}.").format(kinds=", ".join(KINDS)),
            )
        request_id = int.from_bytes(secrets.token_bytes(8), "little", signed=True)
        due = ANSWERED_WITHIN.after(at)
        with self.store.bulk() as bulk:
            bulk.execute(
                "insert into rights_requests (request_id, kind, profile_id, state, proof, "
                "received_at, due_at, is_extended, settled_at, outcome, receipt_hash) "
                "values (?, ?, ?, 'received', '', ?, ?, 0, null, '{}', '')",
                (request_id, kind, profile_id, to_micros(at), to_micros(due)),
            )
            self._note(bulk, request_id, profile_id, "received", kind, at)
        return get_request(self.store, request_id)

    def prove(self, request: Request, proof: str, *, at: datetime) -> Request:
        """Say how the person proved who they are.

        Raises:
            InvalidInput: That is no way to, or the request is past that.
        """
        if proof not in PROOFS:
            raise InvalidInput(
                _("{proof!r} proves nobody's identity.").format(proof=proof),
                hint=_("Ways: {ways}.").format(ways=", ".join(PROOFS)),
            )
        return self._move(request, "proved", detail=proof, at=at, proof=proof)

    def begin(self, request: Request, *, at: datetime) -> Request:
        """Begin to do what is asked, or go on after a crash.

        Raises:
            InvalidInput: Nobody proved their identity, or it is settled.
        """
        return request if request.state == "running" else self._move(request, "running", at=at)

    def finish(
        self, request: Request, outcome: Mapping[str, Any], receipt_hash: str, *, at: datetime
    ) -> Request:
        """Say that it is done, with what was done and the hash of the receipt."""
        return self._move(
            request,
            "done",
            at=at,
            settled_at=to_micros(at),
            outcome=json.dumps(outcome, sort_keys=True),
            receipt_hash=receipt_hash,
        )

    def refuse(self, request: Request, reason: str, *, at: datetime) -> Request:
        """Settle it with a refusal, which needs a reason to give to the person.

        Raises:
            InvalidInput: There is no reason, or it is settled or under way.
        """
        self._check_reason(reason)
        return self._move(request, "refused", detail=reason, at=at, settled_at=to_micros(at))

    def extend(self, request: Request, reason: str, *, at: datetime) -> Request:
        """Take two months more; the person is to be told why within the first.

        Raises:
            InvalidInput: It is settled, extended already, or the first month is over.
        """
        self._check_reason(reason)
        if request.is_extended or request.settled_at is not None or at > request.due_at:
            raise InvalidInput(
                _("This request can be extended no more."),
                hint=_("It is possible once, within the first month."),
            )
        due = EXTENDED_TO.after(request.received_at)
        with self.store.bulk() as bulk:
            bulk.execute(
                "update rights_requests set due_at = ?, is_extended = 1 where request_id = ?",
                (to_micros(due), request.request_id),
            )
            self._note(bulk, request.request_id, request.profile_id, "extended", reason, at)
        return get_request(self.store, request.request_id)

    def note(self, request: Request, step: str, detail: str, *, at: datetime) -> None:
        """Put a step on record that changes no state."""
        with self.store.bulk() as bulk:
            self._note(bulk, request.request_id, request.profile_id, step, detail, at)

    def _move(
        self, request: Request, state: str, *, at: datetime, detail: str = "", **columns: Any
    ) -> Request:
        if state not in _NEXT[request.state]:
            raise InvalidInput(
                _("A request that is {state} cannot become {wanted}.").format(
                    state=_(STATES[request.state]), wanted=_(STATES[state])
                ),
                hint=_("See where it stands with: passerelle rights show ID"),
            )
        columns["state"] = state
        sets = ", ".join(f"{name} = ?" for name in columns)
        with self.store.bulk() as bulk:
            bulk.execute(
                f"update rights_requests set {sets} where request_id = ?",  # noqa: S608
                (*columns.values(), request.request_id),
            )
            self._note(bulk, request.request_id, request.profile_id, state, detail, at)
        return get_request(self.store, request.request_id)

    def _note(
        self,
        bulk: BulkSession,
        request_id: int,
        profile_id: int,
        step: str,
        detail: str,
        at: datetime,
    ) -> None:
        bulk.execute(
            "insert into rights_steps (request_id, number, at, actor, step, detail) "
            "select cast(? as bigint), coalesce(max(number), 0) + 1, cast(? as bigint), "
            "cast(? as text), cast(? as text), cast(? as text) "
            "from rights_steps where request_id = ?",
            (request_id, to_micros(at), self.actor, step, detail, request_id),
        )
        self.audit(bulk, Done(self.actor, f"rights.{step}", (profile_id,), detail, at))

    def _check_reason(self, reason: str) -> None:
        if not reason.strip():
            raise InvalidInput(
                _("A refusal or an extension needs a reason, which the person is told."),
                hint=_("Give it with: --reason TEXT"),
            )


def get_request(store: Store, request_id: int) -> Request:
    """A request by its id.

    Raises:
        InvalidInput: There is none.
    """
    rows = store.rows("select * from rights_requests where request_id = ?", (request_id,))
    if not rows:
        raise InvalidInput(
            _("There is no such request."), hint=_("List them with: passerelle rights list")
        )
    return _request(rows[0])


def read_request_id(text: str) -> int:
    """The id behind what `rights list` prints.

    Raises:
        InvalidInput: It is no id of a request.
    """
    request_id = parse_id(text, REQUEST_PREFIX)
    if request_id is None:
        raise InvalidInput(
            _("That is not the id of a request."),
            hint=_("List them with: passerelle rights list"),
        )
    return request_id


def list_requests(store: Store, *, open_only: bool = False) -> list[Request]:
    """Requests, the most urgent first; settled ones behind."""
    where = "where settled_at is null" if open_only else ""
    rows = store.rows(
        f"select * from rights_requests {where} order by "  # noqa: S608
        "case when settled_at is null then 0 else 1 end, due_at, request_id"
    )
    return [_request(row) for row in rows]


def list_steps(store: Store, request_id: int) -> list[Step]:
    """What was done about a request, in order."""
    rows = store.rows(
        "select number, at, actor, step, detail from rights_steps where request_id = ? "
        "order by number",
        (request_id,),
    )
    return [Step(**{**row, "at": from_micros(row["at"])}) for row in rows]


def _request(row: Mapping[str, Any]) -> Request:
    settled = row["settled_at"]
    return Request(
        **{
            **row,
            "received_at": from_micros(row["received_at"]),
            "due_at": from_micros(row["due_at"]),
            "settled_at": None if settled is None else from_micros(settled),
            "is_extended": bool(row["is_extended"]),
            "outcome": json.loads(row["outcome"]),
        }
    )
