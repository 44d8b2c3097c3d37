"""Reads identifiers of any type by its name: one value, a column, or a text of unknown type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl

from passerelle.identifiers.columns import read_column
from passerelle.identifiers.identifier_type import (
    BLOCKED,
    IdentifierType,
    Judgement,
    NormalizedColumn,
    ParseContext,
    Parsed,
    Reading,
)
from passerelle.kernel import InvalidInput, load_plugins
from passerelle.kernel.language import _

# A text is most likely the first of these that it can be.
_MOST_TELLING = (
    "email", "mobile_id", "phone", "birth_date", "loyalty_card", "customer_number", "login",
    "cookie", "name",
)  # fmt: skip


@dataclass(frozen=True)
class Recognition:
    """One thing a text can be: a type, its canonical value, and how far to trust it."""

    type_name: str
    value: str
    judgement: Judgement


@cache
def load_identifier_types() -> Mapping[str, IdentifierType]:
    """Every identifier type, by name, in name order."""
    return load_plugins("passerelle.identifiers.types", IdentifierType, group="identifier_types")


def get_identifier_type(type_name: str) -> IdentifierType:
    """The identifier type of that name.

    Raises:
        InvalidInput: There is none.
    """
    types = load_identifier_types()
    if type_name not in types:
        raise InvalidInput(
            _("There is no identifier type {name}.").format(name=repr(type_name)),
            hint=_("Use one of: {names}.").format(names=", ".join(types)),
        )
    return types[type_name]


def parse_identifier(
    type_name: str,
    raw: str,
    *,
    region: str = "FR",
    namespace: str = "default",
    today: date | None = None,
) -> Reading:
    """One raw value read as one type: parsed, refused, or None when blank.

    >>> parse_identifier("email", " Marie@Exemple.FR ")
    Parsed(value='marie@exemple.fr', others=())
    """
    return get_identifier_type(type_name).parse(raw, _context(region, namespace, today))


def judge_identifier(
    type_name: str, value: str, *, blocked: frozenset[str] = frozenset()
) -> Judgement:
    """How far a canonical value names one person; `blocked` adds the caller's own values.

    >>> judge_identifier("email", "contact@exemple.fr").kind
    'role'
    """
    return BLOCKED if value in blocked else get_identifier_type(type_name).judge(value)


def normalize_column(
    type_name: str,
    values: pl.Series,
    *,
    region: pl.Series | None = None,
    namespace: str = "default",
    blocked: frozenset[str] = frozenset(),
    today: date | None = None,
) -> NormalizedColumn:
    """A column of texts read as one type, row by row; `region` is the phone region of each row.

    `blocked` holds canonical values that the caller knows to be nobody's.
    """
    kind = get_identifier_type(type_name)
    texts = values.cast(pl.String)
    read = read_column(kind, texts, region, _context("FR", namespace, today))
    if not blocked:
        return read
    judgements = pl.select(
        kind=pl.when(read.values.is_in(list(blocked)).fill_null(False))
        .then(pl.lit(BLOCKED.kind))
        .otherwise(read.judgements)
    )["kind"]
    return NormalizedColumn(read.values, read.reasons, judgements, read.others)


def id_texts(type_name: str, values: list[str]) -> list[str]:
    """The texts that identifier ids are made from, for many canonical values of one type."""
    return get_identifier_type(type_name).id_texts(values)


def recognise(
    text: str, *, region: str = "FR", namespace: str = "default", today: date | None = None
) -> tuple[Recognition, ...]:
    """Everything a free text could be, the most telling type first.

    >>> [found.type_name for found in recognise("marie@exemple.fr")][:2]
    ['email', 'loyalty_card']
    """
    context = _context(region, namespace, today)
    types = load_identifier_types()
    ordered = sorted(types, key=lambda n: _MOST_TELLING.index(n) if n in _MOST_TELLING else 99)
    readings = ((name, types[name].parse(text, context)) for name in ordered)
    return tuple(
        Recognition(name, reading.value, types[name].judge(reading.value))
        for name, reading in readings
        if isinstance(reading, Parsed)
    )


def _context(region: str, namespace: str, today: date | None) -> ParseContext:
    context = ParseContext(region=region, namespace=namespace)
    return context if today is None else ParseContext(region, namespace, today)
