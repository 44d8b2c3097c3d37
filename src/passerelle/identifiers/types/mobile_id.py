"""Mobile advertising id: Apple's IDFA or Android's advertising id."""

from __future__ import annotations

import re

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

DEVICE = Judgement("device", True, N_("It names one telephone or tablet."))

_GROUPS = re.compile(r"([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})")
_PLAIN = r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_REPEATED = "^(?:" + "|".join(f"[{digit}-]+" for digit in "0123456789abcdef") + ")$"
_LABEL = re.compile(r"^(?:idfa|idfv|aaid|gaid|adid|maid)\s*[:=]\s*")
_NO_TRACKING = "00000000-0000-0000-0000-000000000000"


def _parse(raw: str, context: ParseContext) -> Reading:
    del context
    text = _LABEL.sub("", clean_text(raw).lower().strip("{}\"' "))
    if not text:
        return None if not clean_text(raw) else Refused("invalid_syntax")
    found = _GROUPS.fullmatch(text)
    if found:
        return Parsed("-".join(found.groups()))
    return Refused("blocked" if stands_for_nothing(text) else "invalid_syntax")


def _judge(value: str) -> Judgement:
    return BLOCKED if value == _NO_TRACKING or len(set(value) - {"-"}) == 1 else DEVICE


def _parse_column(
    values: pl.Series, regions: pl.Series | None, context: ParseContext
) -> NormalizedColumn:
    del regions
    small = pl.col("raw").str.to_lowercase()
    proposed = pl.DataFrame({"raw": values}).with_columns(
        value=pl.when(small.str.contains(_PLAIN)).then(small)
    )
    read = read_rest(proposed, lambda text: _parse(text, context))
    value = pl.col("value")
    kinds = read.select(
        kind=pl.when(value.str.contains(_REPEATED))
        .then(pl.lit(BLOCKED.kind))
        .when(value.is_not_null())
        .then(pl.lit(DEVICE.kind))
    )["kind"]
    return NormalizedColumn(read["value"], read["reason"], kinds, read["others"])


PLUGIN = IdentifierType(
    label=N_("Mobile advertising id"),
    rule_version=1,
    rule=N_(
        "A UUID in lower case with dashes: Apple writes capitals, Android small letters. All zeros"
        " means that the person refused tracking."
    ),
    source="RFC 9562 (UUID); Apple ASIdentifierManager; Google Play advertising ID",
    tier="device",
    is_linking=True,
    is_shareable=False,
    parse=_parse,
    judge=_judge,
    parse_column=_parse_column,
    judgements=by_kind(DEVICE, BLOCKED),
    examples=(
        Example(
            "6D92078A-8246-4BA4-AE5B-76104861E7DC",
            "6d92078a-8246-4ba4-ae5b-76104861e7dc",
            kind="device",
        ),
        Example("{38400000-8cf0-11bd-b23e-10b96e40000d}", "38400000-8cf0-11bd-b23e-10b96e40000d"),
        Example("384000008cf011bdb23e10b96e40000d", "38400000-8cf0-11bd-b23e-10b96e40000d"),
        Example(_NO_TRACKING, _NO_TRACKING, kind="blocked"),
        Example("38400000-8cf0", refused="invalid_syntax"),
        Example("none", refused="blocked"),
    ),
)
