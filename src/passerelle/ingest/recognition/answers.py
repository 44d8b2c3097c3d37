"""What may be asked about a person, by whom, and what is answered.

`GET /v1/profile` is: read a `ProfileQuery` from the request, a `Caller` from its write key, and
write `Recogniser.recognise(query, caller)` as JSON (`msgspec.json.encode` takes it as it is).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Status = Literal["withheld", "unknown", "shared", "recognised", "known"]

QUERY_TYPES = MappingProxyType(
    {
        "cookie": "cookie",
        "login": "login",
        "loyalty_card": "loyalty_card",
        "customer_number": "customer_number",
        "email": "email",
        "email_sha256": "email",
        "phone": "phone",
        "mobile_id": "mobile_id",
    }
)
"""What somebody can be looked up by, with the identifier type that it is read as."""

LOOKUP_KINDS = ("crm", "loyalty", "server", "till", "webshop")
"""Kinds of sources whose key nobody but the company holds: these may learn who somebody is."""


@dataclass(frozen=True)
class Caller:
    """Who asks, as the write key tells.

    kind: of the key's source, as in `SOURCE_KINDS` of `collect`: `browser`, `server`, `till`, …
    sees_values: whether the key's scope includes identifiers in clear; they are masked otherwise.
    """

    kind: str
    sees_values: bool = False

    @property
    def may_recognise(self) -> bool:
        """Whether it may learn anything; a key that a page shows to everybody may not."""
        return self.kind in LOOKUP_KINDS


@dataclass(frozen=True, repr=False)
class ProfileQuery:
    """What somebody is looked up by.

    type: a key of `QUERY_TYPES`. value: as the caller has it: it is read and normalised as an
        import would. namespace: who issued a card, customer number or login, as in imports.
    """

    type: str
    value: str
    namespace: str = "default"


@dataclass(frozen=True, repr=False)
class KnownIdentifier:
    """An identifier of the profile; its value is masked (`m•••@e•••.fr`) unless the key sees it."""

    type: str
    value: str


@dataclass(frozen=True)
class Permission:
    """What lets the caller see a profile.

    purpose, channel: as the policy names them.
    proof: id of what was said in the ledger of consent (`v_…`); None where the law needs none.
    until: the last instant at which it counts if nothing more is said, ISO 8601 in UTC.
    policy: version of the policy that it was judged by.
    """

    purpose: str
    channel: str
    proof: str | None
    until: str | None
    policy: str


@dataclass(frozen=True, repr=False)
class ProfileAnswer:
    """What the caller may see. Its JSON has all these names, whatever the status.

    status: `known`; `recognised`: it is somebody's, and no purpose that the caller may have is
        permitted, so that nothing else is said; `unknown`: nothing is known by that value;
        `shared`: it is known and names nobody, being a family's or a shop's; `withheld`: the
        caller may learn nothing, not even that.
    profile_id, household_id: as people see them (`p_…`, `h_…`); None if there is none.
    identifiers: of the profile, by type, then value; its records are not among them.
    last_seen_at: when evidence of the profile was last seen, ISO 8601 in UTC.
    permission: what lets the caller see this; None unless the status is `known`.
    is_deceased: whether a death that is certain or confirmed is known; nobody is written to then.
    """

    status: Status
    profile_id: str | None = None
    household_id: str | None = None
    identifiers: tuple[KnownIdentifier, ...] = ()
    last_seen_at: str | None = None
    is_deceased: bool | None = None
    permission: Permission | None = None


WITHHELD = ProfileAnswer("withheld")
"""The answer to a browser's key: the same for everybody, made without looking anything up."""
