"""The contract of a known export: how to recognise it, and what its columns mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from passerelle.collect.fields import RecordKind
from passerelle.collect.mapping.headers import fold
from passerelle.collect.mapping.plan import DEFAULT_NAMESPACE, DateOrder

Meaning = str | tuple[str, ...] | None
"""A field, several fields that one column feeds, or None: known and not used."""


@dataclass(frozen=True)
class Layout:
    """An export of a known tool.

    Attributes:
        label: The tool and what it exports, as people call it.
        kind: Customer records or receipts.
        signatures: Headers that together give it away, one set a language or version; each is
            compared without accents, capitals and punctuation.
        fields: What each header means, in all languages.
        date_order: How it writes dates with numbers only.
        namespace: Who issues its customer numbers, cards and logins.
    """

    label: str
    kind: RecordKind
    signatures: tuple[tuple[str, ...], ...]
    fields: Mapping[str, Meaning]
    date_order: DateOrder | None = None
    namespace: str = DEFAULT_NAMESPACE

    def recognises(self, columns: Sequence[str]) -> int:
        """How many headers of the longest signature that is whole are there; 0 if none is."""
        present = {fold(column) for column in columns}
        return max(
            (len(s) for s in self.signatures if all(fold(header) in present for header in s)),
            default=0,
        )

    def meaning(self, column: str) -> tuple[bool, tuple[str, ...]]:
        """Whether the header is known, and the fields it feeds."""
        found = {fold(header): value for header, value in self.fields.items()}
        wanted = fold(column)
        if wanted not in found:
            return False, ()
        value = found[wanted]
        if value is None:
            return True, ()
        return True, (value,) if isinstance(value, str) else value
