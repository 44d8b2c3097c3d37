"""What people left: ids that are theirs, and the words by which free texts tell of them.

Where a source's row could be read, its ids say whose it is. A row that could not be read, or a
request as it came, has only its text: there the values themselves are looked for, however they are
written.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import polars as pl

from passerelle.store import Store

_AT_ONCE = 500
_SHORT = 6  # a login such as "42" is looked for as a whole cell only
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})", re.IGNORECASE)
_SEPARATORS = re.compile(r"(?<=\d)[\s.\-/()]+(?=\d)")
_NATIONAL_DIGITS = 9  # of a French number, behind its 0 or +33
_NUMBERS = ("phone",)
_OPAQUE = ("email", "cookie", "mobile_id", "login", "loyalty_card", "customer_number")


@dataclass(frozen=True)
class NameAndPlace:
    """A name with what tells it from its namesakes, folded; a text that has all is about them."""

    names: tuple[str, ...] = field(repr=False)
    tellers: tuple[str, ...] = field(repr=False)

    def is_in(self, text: str) -> bool:
        """Whether a folded text has every name and one of the tellers."""
        return all(each in text for each in self.names) and any(t in text for t in self.tellers)


@dataclass(frozen=True)
class Traces:
    """What is looked for.

    ids: identifier ids, records among them. values: folded values of identifiers, whole. digits:
    national digits of phone numbers. record_keys: keys of records, by source. people: names.
    """

    ids: frozenset[int] = frozenset()
    values: frozenset[str] = field(default=frozenset(), repr=False)
    digits: frozenset[str] = field(default=frozenset(), repr=False)
    record_keys: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    people: tuple[NameAndPlace, ...] = field(default=(), repr=False)

    def find(self, texts: Sequence[str], sources: Sequence[str] | None = None) -> list[bool]:
        """Which texts tell of these people.

        Args:
            texts: As they came: JSON, a line, a query.
            sources: Who said each, where a source's own keys of records count too.
        """
        folded = [fold(text) for text in texts]
        maybe = _contain_any(folded, self.values)
        joined = [_SEPARATORS.sub("", text) for text in folded] if self.digits else folded
        by_number = _contain_any(joined, self.digits)
        told = sources or [""] * len(folded)
        return [
            (likely and self._has_value(text))
            or (numbered and self._has_number(digits))
            or self._has_key(text, source)
            or any(each.is_in(text) for each in self.people)
            for text, digits, likely, numbered, source in zip(
                folded, joined, maybe, by_number, told, strict=True
            )
        ]

    def _has_value(self, text: str) -> bool:
        return any(_stands_in(value, text) for value in self.values if value in text)

    def _has_number(self, text: str) -> bool:
        return any(
            re.search(rf"(?<!\d)(?:0|0033|\+?33)?0?{number}(?!\d)", text)
            for number in self.digits
            if number in text
        )

    def _has_key(self, text: str, source: str) -> bool:
        return any(f'"{key}"' in text for key in self.record_keys.get(source, ()))


def read_traces(store: Store, ids: Collection[int]) -> Traces:
    """The traces of people, as far as the store still knows their values.

    Args:
        store: Where identifiers and records are.
        ids: Identifier ids that are theirs, records among them.
    """
    held = _rows(store, "select type, value from identifiers where identifier_id in ({})", ids)
    records = _rows(
        store, "select source, record_key, normalized from records where record_id in ({})", ids
    )
    keys: dict[str, set[str]] = {}
    for row in records:
        keys.setdefault(row["source"], set()).add(fold(row["record_key"]))
    return Traces(
        frozenset(ids),
        frozenset(_values(held)),
        frozenset(filter(None, (_national(row) for row in held))),
        {source: frozenset(some) for source, some in keys.items()},
        tuple(filter(None, (_person(json.loads(row["normalized"])) for row in records))),
    )


def fold(text: str) -> str:
    r"""A text without accents and capitals, with what JSON escapes in clear.

    >>> fold("Zo\\u00c9 LÉVÊQUE")
    'zoe leveque'
    """
    clear = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    if clear.isascii():
        return clear.lower()
    apart = unicodedata.normalize("NFKD", clear)
    return "".join(each for each in apart if not unicodedata.combining(each)).casefold()


def _values(held: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for row in held:
        if row["type"] in _OPAQUE:
            value = fold(row["value"])
            yield value.removeprefix("sha256:")
            if row["type"] == "email" and not value.startswith("sha256:"):
                yield sha256(value.encode()).hexdigest()


def _national(row: Mapping[str, Any]) -> str | None:
    digits = re.sub(r"\D", "", row["value"])
    if row["type"] not in _NUMBERS or len(digits) < _NATIONAL_DIGITS:
        return None
    return digits[-_NATIONAL_DIGITS:]


def _person(said: Mapping[str, Any]) -> NameAndPlace | None:
    names = [said.get(name) for name in ("last_name", "first_name")]
    tellers = [said.get(name) for name in ("birth_date", "postcode", "address_1")]
    if not all(names) or not any(tellers):
        return None
    return NameAndPlace(
        tuple(fold(str(each)) for each in names), tuple(fold(str(t)) for t in tellers if t)
    )


def _stands_in(value: str, text: str) -> bool:
    if len(value) < _SHORT:
        return f'"{value}"' in text
    return re.search(rf"(?<![a-z0-9]){re.escape(value)}(?![a-z0-9])", text) is not None


def _contain_any(texts: Sequence[str], needles: frozenset[str]) -> list[bool]:
    if not needles or not texts:
        return [False] * len(texts)
    found = pl.Series(texts, dtype=pl.String).str.contains_any(sorted(needles))
    return [bool(each) for each in found]


def _rows(store: Store, sql: str, ids: Collection[int]) -> list[dict[str, Any]]:
    listed = sorted(ids)
    rows: list[dict[str, Any]] = []
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        rows += store.rows(sql.format(", ".join("?" * len(some))), some)
    return rows
