"""Reads and judges a column of phone numbers: French ones in bulk, the rest one by one."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl

from passerelle.identifiers.blocked_values import data_set
from passerelle.identifiers.columns import map_distinct, read_rest
from passerelle.identifiers.identifier_type import (
    BLOCKED,
    Judgement,
    NormalizedColumn,
    ParseContext,
    by_kind,
)
from passerelle.identifiers.phone_facts import describe_phone
from passerelle.identifiers.phone_numbers import FRENCH, LONGEST_CELL, SEPARATORS, parse_phone
from passerelle.identifiers.phone_plan import COUNTRY_CODES, is_allocated
from passerelle.kernel.language import N_

MOBILE = Judgement("mobile", True, N_("It is a mobile number."))
LANDLINE = Judgement("landline", True, N_("It is a fixed line: a household may share it."))
VOIP = Judgement(
    "voip", True, N_("It is a line of an internet box (09): a household may share it.")
)
TOLL_FREE = Judgement("toll_free", False, N_("It is a free service number, never one person's."))
PREMIUM = Judgement("premium", False, N_("It is a service number (08), never one person's."))
PLATFORM = Judgement("platform", False, N_("It belongs to an automatic calling platform."))
FOREIGN = Judgement("foreign", True, N_("It is a number of another country."))
PHONE_JUDGEMENTS = by_kind(MOBILE, LANDLINE, VOIP, TOLL_FREE, PREMIUM, PLATFORM, FOREIGN, BLOCKED)

_NINE_DIGIT_CODES = ("33", "262", "590", "594", "596")
_SHORT_CODES = tuple(sorted(COUNTRY_CODES - set(_NINE_DIGIT_CODES)))
_NINE_DIGITS = re.compile(rf"\+(?:{'|'.join(_NINE_DIGIT_CODES)})([1-9][0-9]{{8}})")
_MOBILE_STARTS = tuple(f"+{code}{digit}" for code in _NINE_DIGIT_CODES for digit in "67")
_VOIP_STARTS = tuple(f"+{code}9" for code in _NINE_DIGIT_CODES)
_SERVICE_STARTS = tuple(f"+{code}8" for code in _NINE_DIGIT_CODES)
_FREE = "80[0-5]"  # 0800 to 0805
_FREE_IN_PLAN = re.compile(rf"\+(?:{'|'.join(_NINE_DIGIT_CODES)}){_FREE}")
_SERVICE_KINDS = ("toll free", "premium")


def parse_phone_column(
    values: pl.Series, regions: pl.Series | None, context: ParseContext
) -> NormalizedColumn:
    """The vector form of `parse_phone`, each row in its own region, with each number judged."""
    raw = values.cast(pl.String)
    text = pl.col("raw")
    if raw.str.ends_with(".0").any() or raw.str.ends_with(",0").any():
        text = text.str.replace(r"^\s*([0-9]+)[.,]0\s*$", "$1")
    squeezed = text.str.replace_all(SEPARATORS, "")
    frame = pl.DataFrame({"raw": raw}).with_columns(
        region=pl.lit(context.region) if regions is None else regions.fill_null(context.region),
        national=squeezed.str.extract(FRENCH, 1),
    )
    is_french = (
        (pl.col("region") == "FR")
        & (pl.col("raw").str.len_bytes() <= LONGEST_CELL)
        & is_allocated(pl.col("national"), "33")
    )
    number = pl.concat_str(pl.lit("+33"), "national")
    frame = frame.select("raw", "region", value=pl.when(is_french).then(number))
    contexts = {name: replace(context, region=name) for name in frame["region"].unique()}
    read = read_rest(
        frame,
        lambda raw, region: parse_phone(raw, contexts[region]),
        keys=("raw", "region"),
    )
    return NormalizedColumn(
        read["value"], read["reason"], _judge_column(read["value"]), read["others"]
    )


def judge_phone(value: str) -> Judgement:
    """Whether a number in E.164 is a person's, a service's, or nobody's."""
    read = _NINE_DIGITS.fullmatch(value)
    if read is None:
        return _judge_other(value)
    national = f"0{read[1]}"
    is_filler = national[2:] in data_set("blocked_phones", "last_eight")
    if is_filler or national in data_set("blocked_phones", "numbers"):
        return BLOCKED
    if value.startswith(_SERVICE_STARTS):
        return TOLL_FREE if _FREE_IN_PLAN.match(value) else PREMIUM
    if national[:4] in data_set("blocked_phones", "platform_prefixes"):
        return PLATFORM
    line = VOIP if value.startswith(_VOIP_STARTS) else LANDLINE
    return MOBILE if value.startswith(_MOBILE_STARTS) else line


def _judge_other(value: str) -> Judgement:
    facts = describe_phone(value)
    if facts is None:
        return FOREIGN
    if facts.kind in _SERVICE_KINDS:
        return TOLL_FREE if facts.kind == "toll free" else PREMIUM
    if not value.startswith(tuple(f"+{code}" for code in _SHORT_CODES)):
        return FOREIGN
    kinds = {"mobile": MOBILE, "voip": VOIP, "fixed": LANDLINE, "fixed or mobile": LANDLINE}
    return kinds.get(facts.kind, PREMIUM)


def _judge_column(values: pl.Series) -> pl.Series:
    """The kind of each number: in bulk under +33, number by number elsewhere."""
    value = pl.col("value")
    frame = pl.DataFrame({"value": values})
    is_elsewhere = values.is_not_null() & ~values.str.starts_with("+33")
    frame = frame.with_columns(kind=pl.when(value.is_not_null()).then(_kind_in_france(value)))
    if not is_elsewhere.any():
        return frame["kind"]
    rest = frame.select(rest=pl.when(is_elsewhere).then("value"))["rest"]
    judged = map_distinct(rest, lambda number: judge_phone(number).kind)
    return pl.select(kind=pl.coalesce(judged, frame["kind"]))["kind"]


def _kind_in_france(value: pl.Expr) -> pl.Expr:
    numbers = [f"+33{number[1:]}" for number in data_set("blocked_phones", "numbers")]
    platforms = [f"+33{start[1:]}" for start in data_set("blocked_phones", "platform_prefixes")]
    is_filler = value.str.slice(-8).is_in(list(data_set("blocked_phones", "last_eight")))
    return (
        pl.when(is_filler | value.is_in(numbers))
        .then(pl.lit(BLOCKED.kind))
        .when(value.str.starts_with("+336") | value.str.starts_with("+337"))
        .then(pl.lit(MOBILE.kind))
        .when(value.str.contains(rf"^\+33{_FREE}"))
        .then(pl.lit(TOLL_FREE.kind))
        .when(value.str.starts_with("+338"))
        .then(pl.lit(PREMIUM.kind))
        .when(value.str.slice(0, len(platforms[0])).is_in(platforms))
        .then(pl.lit(PLATFORM.kind))
        .when(value.str.starts_with("+339"))
        .then(pl.lit(VOIP.kind))
        .otherwise(pl.lit(LANDLINE.kind))
    )
