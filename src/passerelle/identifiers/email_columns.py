"""Reads and judges a column of e-mail addresses: plain ones in bulk, the rest one by one.

The pattern of the bulk path accepts only what `parse_email` would give back as it is, apart from
capitals and outer blanks; the contract suite compares both forms on generated text. A top-level
domain that does not exist is left to `parse_email`, which may mend it.

Source of throw-away domains: disposable-email-domains (MIT), beside our own list.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256

import polars as pl

from passerelle.identifiers.blocked_values import data_set
from passerelle.identifiers.columns import read_rest
from passerelle.identifiers.email_addresses import parse_email
from passerelle.identifiers.identifier_type import (
    BLOCKED,
    PERSONAL,
    Judgement,
    NormalizedColumn,
    ParseContext,
    by_kind,
)
from passerelle.kernel.language import N_

ROLE = Judgement("role", False, N_("It is a function's mailbox: several people read it."))
DISPOSABLE = Judgement("disposable", False, N_("It is a throw-away mailbox that anyone can open."))
EMAIL_JUDGEMENTS = by_kind(PERSONAL, ROLE, DISPOSABLE, BLOCKED)

_WORD = "[A-Za-z0-9_]+"
_PLAIN = rf"^{_WORD}(?:[.+-]{_WORD})*@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+(?i:{{endings}})$"
_FREQUENT_ENDINGS = ("info", "test", "name", "paris", "email", "example")
_LONGEST_PLAIN = 64  # bytes; under it neither the local part nor a label can be too long
_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_REPEATED = "^(?:" + "|".join(f"{c}+@{c}+\\." for c in _CHARACTERS) + ")"


def parse_email_column(
    values: pl.Series, regions: pl.Series | None, context: ParseContext
) -> NormalizedColumn:
    """The vector form of `parse_email`, with each address judged."""
    del regions
    frame = pl.DataFrame({"raw": values.cast(pl.String)}).with_columns(
        text=pl.col("raw").str.strip_chars()
    )
    is_short = pl.col("text").str.len_bytes() <= _LONGEST_PLAIN
    is_plain = is_short & pl.col("text").str.contains(_plain_pattern())
    frame = frame.select("raw", value=pl.when(is_plain).then(pl.col("text").str.to_lowercase()))
    frame = read_rest(frame, lambda raw: parse_email(raw, context))
    return NormalizedColumn(
        frame["value"], frame["reason"], _judge_column(frame["value"]), frame["others"]
    )


def judge_email(value: str) -> Judgement:
    """How far a canonical address names one person."""
    if _is_blocked(value):
        return BLOCKED
    local, _, domain = value.partition("@")
    if re.match(_role_pattern(), local):
        return ROLE
    if domain in _disposable_domains():
        return DISPOSABLE
    return PERSONAL


def _is_blocked(value: str) -> bool:
    local, _, domain = value.partition("@")
    return (
        local in data_set("blocked_emails", "locals")
        or value in _blocked_whole()
        or (local in data_set("blocked_emails", "echoed") and domain.startswith(f"{local}."))
        or re.match(_REPEATED, value) is not None
    )


@cache
def _blocked_whole() -> frozenset[str]:
    addresses = data_set("blocked_emails", "addresses")
    hashed = {f"sha256:{sha256(address.encode()).hexdigest()}" for address in addresses}
    return addresses | hashed | {f"sha256:{h}" for h in data_set("blocked_emails", "hashes")}


@cache
def _plain_pattern() -> str:
    """Plain addresses under a country, under one of three letters, or under a frequent other."""
    known = data_set("top_level_domains", "domains")
    short = [name for name in known if len(name) <= 3]
    return _PLAIN.format(endings="|".join(sorted({*short, *_FREQUENT_ENDINGS})))


@cache
def _role_pattern() -> str:
    """Local parts of functions: alone or numbered, before a sign, or glued before a place."""
    whole, heads, glued = (
        "|".join(sorted(map(re.escape, data_set("role_mailboxes", name))))
        for name in ("locals", "heads", "glued")
    )
    return rf"^(?:(?:{whole})[._-]?[0-9]{{0,5}}(?:\+.*)?$|(?:{heads})[._-]|(?:{glued})[a-z])"


@cache
def _disposable_domains() -> frozenset[str]:
    from disposable_email_domains import blocklist

    return data_set("disposable_domains", "domains") | frozenset(blocklist)


def _judge_column(values: pl.Series) -> pl.Series:
    """The kind of each address: the same questions as `judge_email`, asked of a column."""
    value = pl.col("value")
    local, domain = pl.col("local"), pl.col("domain")
    cut = value.str.split_exact("@", 1).struct
    frame = pl.DataFrame({"value": values}).with_columns(
        local=cut.field("field_0"), domain=cut.field("field_1")
    )
    is_blocked = (
        local.is_in(list(data_set("blocked_emails", "locals")))
        | value.is_in(list(_blocked_whole()))
        | (
            local.is_in(list(data_set("blocked_emails", "echoed")))
            & domain.str.starts_with(pl.concat_str(local, pl.lit(".")))
        )
        | value.str.contains(_REPEATED)
    )
    is_role = local.str.contains(_role_pattern())
    is_disposable = domain.is_in(list(_disposable_domains()))
    kind = (
        pl.when(value.is_null())
        .then(None)
        .when(is_blocked)
        .then(pl.lit(BLOCKED.kind))
        .when(is_role)
        .then(pl.lit(ROLE.kind))
        .when(is_disposable)
        .then(pl.lit(DISPOSABLE.kind))
        .otherwise(pl.lit(PERSONAL.kind))
    )
    return frame.select(kind=kind)["kind"]
