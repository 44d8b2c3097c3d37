"""What an identifier type is: how to read a raw value, when to refuse it, how far to trust it.

A plug-in is one file of `types/` that ends in `PLUGIN = IdentifierType(...)`. Reading gives one of
three things: nothing (the cell was blank), a refusal with a stable code, or a canonical value.
A canonical value is then judged: a well-formed e-mail may still be nobody's (`test@test.fr`) or
a whole office's (`contact@...`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import polars as pl

from passerelle.kernel import system_clock
from passerelle.kernel.language import N_

Tier = Literal["person", "device", "attribute"]

REFUSALS: Mapping[str, str] = {
    "ambiguous": N_("It can be read in two ways."),
    "blocked": N_("It is a word that stands for no value."),
    "future": N_("The date is in the future."),
    "impossible": N_("There is no such day."),
    "incomplete": N_("The day or the month is missing."),
    "inner_blank": N_("There is a blank inside it."),
    "invalid_domain": N_("What follows the @ is not a domain that can receive mail."),
    "invalid_local_part": N_("What precedes the @ is not allowed in an address."),
    "invalid_number": N_("No operator can have given out this number."),
    "invalid_syntax": N_("It does not have the form of this kind of value."),
    "no_at_sign": N_("There is no @ in it."),
    "precision_lost": N_("A spreadsheet rounded it: export the column as text."),
    "several_at_signs": N_("There is more than one @ in it."),
    "short_number": N_("It is a short number: it works inside one country and is nobody's."),
    "too_long": N_("It is too long."),
    "too_old": N_("The date is before 1900."),
}
"""Why a value is refused: a stable code to count by, and its sentence for people."""


@dataclass(frozen=True)
class ParseContext:
    """What reading a value depends on besides the value.

    `region` is the country (ISO 3166 alpha-2) a national phone number or date is written in;
    `namespace` is who issued a customer, card or login number; `today` bounds birth dates.
    """

    region: str = "FR"
    namespace: str = "default"
    today: date = field(default_factory=lambda: system_clock().date())


@dataclass(frozen=True)
class Parsed:
    """A canonical value, and the other values the same cell held."""

    value: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """Why no value could be read: a code of `REFUSALS`."""

    reason: str


Reading = Parsed | Refused | None
"""What reading one raw value gives; None when it was blank."""


@dataclass(frozen=True)
class Judgement:
    """How far a canonical value may be trusted to name one person."""

    kind: str
    may_link: bool
    reason: str


@dataclass(frozen=True)
class Example:
    """A raw value and what it must become: shown in the reference, held by the contract tests."""

    raw: str
    value: str | None = None
    refused: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class NormalizedColumn:
    """A column once read: four columns of the same length, in the same order.

    `values` are canonical texts; `reasons` refusal codes; `judgements` kinds of judgement;
    `others` the further values of a cell that held several (a list, else null). Where value and
    reason are both null the cell was blank.
    """

    values: pl.Series
    reasons: pl.Series
    judgements: pl.Series
    others: pl.Series


def by_kind(*judgements: Judgement) -> Mapping[str, Judgement]:
    """The judgements a type can give, by kind."""
    return {judgement.kind: judgement for judgement in judgements}


@dataclass(frozen=True, kw_only=True)
class IdentifierType:
    """One kind of identifier: its rule, its version, its sources.

    `is_linking` tells whether one shared value can link two records by itself; `is_shareable`
    whether several people of one home commonly use the same value. `parse_column` may be None:
    the column is then read value by value, each distinct value once. `id_text` is the text an
    identifier id is made from.
    """

    label: str
    rule_version: int
    rule: str
    source: str
    tier: Tier
    is_linking: bool
    is_shareable: bool
    parse: Callable[[str, ParseContext], Reading]
    judge: Callable[[str], Judgement]
    judgements: Mapping[str, Judgement]
    examples: tuple[Example, ...]
    parse_column: Callable[[pl.Series, pl.Series | None, ParseContext], NormalizedColumn] | None = (
        None
    )
    id_text: Callable[[str], str] = str
    id_texts: Callable[[list[str]], list[str]] = list


PERSONAL = Judgement("personal", True, N_("It can name one person."))
BLOCKED = Judgement("blocked", False, N_("It is typed when there is nothing to type: nobody's."))
