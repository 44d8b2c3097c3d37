"""Cookie: the random id of one browser."""

from __future__ import annotations

import polars as pl

from passerelle.identifiers.blocked_values import stands_for_nothing
from passerelle.identifiers.columns import read_rest
from passerelle.identifiers.identifier_type import (
    BLOCKED,
    Example,
    IdentifierType,
    Judgement,
    NormalizedColumn,
    ParseContext,
    Parsed,
    Reading,
    Refused,
    by_kind,
)
from passerelle.identifiers.text_cleaning import clean_text
from passerelle.kernel.language import N_

BROWSER = Judgement("browser", True, N_("It names one browser, which a household may share."))

_LONGEST = 200  # characters, PostHog's limit for a distinct id
# 18 characters: no word that stands for nothing is as long and as plain.
_PLAIN = r"^[A-Za-z0-9][A-Za-z0-9._-]{17,199}$"
_QUOTES = "\"'` "


def _parse(raw: str, context: ParseContext) -> Reading:
    del context
    text = clean_text(raw).strip(_QUOTES)
    if not text:
        return None if not clean_text(raw) else Refused("blocked")
    if len(text) > _LONGEST:
        return Refused("too_long")
    if stands_for_nothing(text):
        return Refused("blocked")
    return Refused("inner_blank") if " " in text else Parsed(text)


def _judge(value: str) -> Judgement:
    return BLOCKED if not value.strip("0-.") else BROWSER


def _parse_column(
    values: pl.Series, regions: pl.Series | None, context: ParseContext
) -> NormalizedColumn:
    del regions
    raw = pl.col("raw")
    proposed = pl.DataFrame({"raw": values}).with_columns(
        value=pl.when(raw.str.contains(_PLAIN)).then(raw)
    )
    read = read_rest(proposed, lambda text: _parse(text, context))
    value = pl.col("value")
    is_blocked = ~value.str.contains("[^0.-]")
    kinds = read.select(
        kind=pl.when(is_blocked)
        .then(pl.lit(BLOCKED.kind))
        .when(value.is_not_null())
        .then(pl.lit(BROWSER.kind))
    )["kind"]
    return NormalizedColumn(read["value"], read["reason"], kinds, read["others"])


PLUGIN = IdentifierType(
    label=N_("Cookie"),
    rule_version=1,
    rule=N_("As it is, capitals included, without quotes around it; 200 characters at most."),
    source="Values and limits refused by PostHog (distinct id) and Segment Unify",
    tier="device",
    is_linking=True,
    is_shareable=True,
    parse=_parse,
    judge=_judge,
    parse_column=_parse_column,
    judgements=by_kind(BROWSER, BLOCKED),
    examples=(
        Example(" GA1.1.1045792.1700000000 ", "GA1.1.1045792.1700000000", kind="browser"),
        Example('"aBc-123"', "aBc-123", kind="browser"),
        Example("0000-0000", "0000-0000", kind="blocked"),
        Example("anonymous", refused="blocked"),
        Example('"null"', refused="blocked"),
        Example("a b", refused="inner_blank"),
        Example("a" * 201, refused="too_long"),
    ),
)
