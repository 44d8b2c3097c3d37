"""Sources: who tells us about customers, and how far each is trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import N_, _
from passerelle.store import BulkSession, Store

SOURCE_KINDS = MappingProxyType(
    {
        "crm": N_("customer database"),
        "loyalty": N_("loyalty programme"),
        "webshop": N_("accounts of the web shop"),
        "till": N_("tills"),
        "server": N_("events sent by our own servers"),
        "browser": N_("events sent by browsers and apps"),
        "partner": N_("a partner's file"),
        "person": N_("what people say of themselves when signed in"),
    }
)

DECLARED_KIND = "person"
"""The kind of source that what people declare comes from: no file is imported under it."""

_NAME = re.compile(r"[\w.\-]{1,64}")
_UNTRUSTED = frozenset({"browser", "partner"})


@dataclass(frozen=True)
class SourceRef:
    """A source by name, with its kind.

    Raises:
        InvalidInput: The name is none that can be typed, shown and kept everywhere.
    """

    name: str
    kind: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InvalidInput(
                _("A source is named with 1 to 64 letters, digits, dots, hyphens or underscores."),
                hint=_("Choose a short name without spaces, such as crm or shop-lyon."),
            )

    @property
    def is_trusted(self) -> bool:
        """Whether what it says may join two people we know. A browser's or a partner's may not."""
        return self.kind not in _UNTRUSTED


def ensure_source(bulk: BulkSession, source: SourceRef, *, at: int) -> SourceRef:
    """The source as it is known; made at its first import.

    Raises:
        InvalidInput: It is known as another kind, or the kind does not exist.
    """
    if source.kind not in SOURCE_KINDS:
        raise InvalidInput(
            _("There is no kind of source called {kind!r}.").format(kind=source.kind),
            hint=_("Kinds: {kinds}.").format(kinds=", ".join(SOURCE_KINDS)),
        )
    known = bulk.fetch("select kind from sources where name = ?", (source.name,))
    if known.num_rows and known["kind"][0].as_py() != source.kind:
        raise InvalidInput(
            _("Source {name!r} is known as {known!r}, not {kind!r}.").format(
                name=source.name, known=known["kind"][0].as_py(), kind=source.kind
            ),
            hint=_("Use another --source name, or leave --kind out."),
        )
    bulk.execute(
        "insert into sources (name, kind, trusted, created_at) values (?, ?, ?, ?) "
        "on conflict (name) do nothing",
        (source.name, source.kind, int(source.is_trusted), at),
    )
    return source


def find_source_kind(store: Store, name: str) -> str | None:
    """The kind of a known source."""
    known = store.rows("select kind from sources where name = ?", (name,))
    return str(known[0]["kind"]) if known else None
