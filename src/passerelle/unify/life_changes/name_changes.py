"""Changes of name: records of one person, one first name, and two last names that differ.

A marriage mostly, or its end. A last name that is merely written otherwise is none.
"""

from __future__ import annotations

import polars as pl
from rapidfuzz import fuzz, process

from passerelle.unify.life_changes.change import NAME_CHANGE, PROPOSALS
from passerelle.unify.life_changes.moves import with_turns
from passerelle.unify.life_changes.orders import SURE, day_of, order_probability, told_by, turned
from passerelle.unify.life_changes.weighing import as_json, times_order, weigh, when

SAME_NAME = 75.0
"""Likeness of two last names (0 to 100) from which they are one, written in two ways; chosen."""
CERTAIN_FROM = 0.95
"""From this probability a change is followed without a person's word, if a birth name tells it."""

_MOST_NAMES = 5  # who has more is several people
_KNOWN_ORDER = 0.99  # a name at birth comes before the name in use
_PRIOR_ODDS = 1.0  # two last names of one person: a change, or two people taken for one; chosen

_KEPT = [
    "last_key",
    "last_name",
    "birth_date",
    "record_id",
    "source",
    "record_key",
    "first_at",
    "last_at",
]


def find_name_changes(sayings: pl.DataFrame) -> pl.DataFrame:
    """Changes of name that successive records tell of; columns as `PROPOSALS`."""
    told = sayings.filter(pl.all_horizontal(pl.col("last_key", "first_key").is_not_null()))
    pairs = _pairs(told)
    if pairs.is_empty():
        return PROPOSALS.to_frame()
    dates = sayings["said_at"].drop_nulls().to_numpy()
    ordered = _by_birth_name(pairs.with_columns(order_probability(pairs, dates)))
    weighed = times_order(_weighed(turned(ordered, _KEPT)))
    likeliest = weighed.sort("probability", "old_last_key", descending=[True, False])
    return _proposals(likeliest.unique(["profile_id", "new_last_key"], keep="first"))


def _pairs(told: pl.DataFrame) -> pl.DataFrame:
    latest = told.sort("said_at", "received_at", "record_id", nulls_last=False)
    named = latest.group_by("profile_id", "first_key", "last_key", maintain_order=True).agg(
        pl.col("said_at").min().alias("first_at"),
        pl.col("said_at").max().alias("last_at"),
        pl.col("birth_date").drop_nulls().first(),
        pl.col("sex").drop_nulls().first(),
        pl.col("birth_key").drop_nulls().unique().alias("birth_keys"),
        *(pl.col(name).last() for name in ("last_name", "record_id", "source", "record_key")),
    )
    several = named.filter(pl.len().over("profile_id", "first_key").is_between(2, _MOST_NAMES))
    sides = [
        several.select(
            "profile_id", "first_key",
            pl.all().exclude("profile_id", "first_key").name.prefix(f"{side}_"),
        )
        for side in "ab"
    ]  # fmt: skip
    pairs = (
        sides[0].join(sides[1], on=["profile_id", "first_key"])
        .filter(pl.col("a_last_key") < pl.col("b_last_key"))
        .filter((pl.col("a_birth_date") == pl.col("b_birth_date")).fill_null(value=True))
        .filter(pl.all_horizontal(pl.col("a_last_key", "b_last_key") != pl.col("first_key")))
    )  # fmt: skip
    names = [pairs[f"{side}_last_key"].to_list() for side in "ab"]
    alike = pl.Series(
        process.cpdist(*names, scorer=fuzz.ratio) if pairs.height else [], dtype=pl.Float64
    )
    joined = pl.any_horizontal(
        pl.col("a_last_key").str.contains(pl.col("b_last_key"), literal=True),
        pl.col("b_last_key").str.contains(pl.col("a_last_key"), literal=True),
    )
    differing = pairs.with_columns(joined.alias("is_joined")).filter(
        (alike < SAME_NAME) | (pl.col("is_joined") & _is_much_longer())
    )
    return with_turns(differing, told, "last_key")


def _is_much_longer() -> pl.Expr:
    """Whether one of two names has a whole name more than the other, not a letter."""
    lengths = [pl.col(f"{side}_last_key").str.len_chars().cast(pl.Int64) for side in "ab"]
    return (lengths[0] - lengths[1]).abs() >= 3


def _by_birth_name(pairs: pl.DataFrame) -> pl.DataFrame:
    """A name at birth came first, unless both are dated and say otherwise: a divorce."""
    a_is_birth = pl.col("b_birth_keys").list.contains(pl.col("a_last_key"))
    b_is_birth = pl.col("a_birth_keys").list.contains(pl.col("b_last_key"))
    may_be_before, may_be_after = pl.col("order") > 1 - SURE, pl.col("order") < SURE
    return pairs.with_columns(
        (a_is_birth | b_is_birth).alias("is_birth_name"),
        pl.when(a_is_birth & may_be_before).then(pl.lit(_KNOWN_ORDER))
        .when(b_is_birth & may_be_after).then(pl.lit(1 - _KNOWN_ORDER))
        .otherwise("order").alias("order"),
    )  # fmt: skip


def _weighed(pairs: pl.DataFrame) -> pl.DataFrame:
    sex = pl.coalesce("a_sex", "b_sex")
    return weigh(
        pairs,
        _PRIOR_ODDS,
        {
            "same_birth_date": when(pl.col("old_birth_date") == pl.col("new_birth_date"), 10.0),
            "birth_name_said": when(pl.col("is_birth_name"), 50.0),
            "joined_name": when(pl.col("is_joined"), 5.0),
            "same_record": when(pl.col("a_then_b") != pl.col("b_then_a"), 4.0),
            "is_woman": when(sex == "F", 3.0),
            "is_man": when(sex == "M", 0.3),
        },
    )


def _proposals(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.select(
        pl.lit(NAME_CHANGE).alias("kind"),
        pl.col("new_record_id").alias("identifier_id"),
        pl.col("old_record_id").alias("other_id"),
        pl.col("new_source").alias("source"),
        day_of("new_first_at").alias("happened_on"),
        pl.concat_str("old_last_key", "new_last_key", separator=" > ").alias("what"),
        "probability",
        # A record of theirs says so itself.
        (pl.col("is_birth_name") & (pl.col("probability") >= CERTAIN_FROM)).alias("is_certain"),
        pl.col("old_last_key").alias("former_name_key"),
        as_json(
            pl.col("old_last_name").alias("from"), pl.col("new_last_name").alias("to"),
            name="details",
        ),
        as_json(told_by("old"), told_by("new"), pl.col("reasons"), name="evidence"),
    )  # fmt: skip
