"""Moves: a person's records say one address, and later another.

Two spellings of one address are no move, and neither is a second home that is said again and
again; a letter that came back says which of two addresses was left.
"""

from __future__ import annotations

import polars as pl
from rapidfuzz import fuzz, process

from passerelle.unify.life_changes.change import MOVE, PROPOSALS
from passerelle.unify.life_changes.orders import day_of, order_probability, told_by, turned
from passerelle.unify.life_changes.sayings import ADDRESS
from passerelle.unify.life_changes.weighing import as_json, times_order, weigh, when

SAME_PLACE = 85.0
"""Likeness of two lines (0 to 100) of one postcode from which they are one place; chosen."""
_SAME_LINE = 95.0  # with another postcode of the department: the postcode is mistyped
_SAME_WORDS = 95.0  # one line has all words of the other, such as a building's name before it
_MOST_PLACES = 8  # a person with more is a shop or a relay
_LEFT_ODDS = 9.0  # nobody of the name at one address: so much rather the one that was left; chosen
_PRIOR_ODDS = 4.0  # of two addresses of one person, one in five is a second home; chosen

_KEPT = ["place", "record_id", "source", "record_key", "first_at", "last_at", "sources", *ADDRESS]


def find_moves(sayings: pl.DataFrame, returned: pl.DataFrame) -> pl.DataFrame:
    """Moves that successive records tell of; columns as `PROPOSALS`.

    Args:
        sayings: What records said; see `read_sayings`.
        returned: profile_id, place: addresses from which mail came back.
    """
    told = same_places(sayings.filter(pl.col("place").is_not_null()))
    pairs = _pairs(told, returned)
    if pairs.is_empty():
        return PROPOSALS.to_frame()
    dates = sayings["said_at"].drop_nulls().to_numpy()
    ordered = pairs.with_columns(order_probability(pairs, dates))
    odds = pl.col("order") / (1 - pl.col("order")) * _left_odds()
    ordered = ordered.with_columns((odds / (1 + odds)).alias("order"))
    weighed = times_order(_weighed(turned(ordered, [*_KEPT, "is_returned"])))
    likeliest = weighed.sort(
        ["probability", "old_last_at", "old_place"],
        descending=[True, True, False],
        nulls_last=True,
    )
    return _proposals(likeliest.unique(["profile_id", "new_place"], keep="first"))


def _left_odds() -> pl.Expr:
    """What mail that came back from one of the two does to the odds that `a` was left for `b`."""
    left_a = pl.col("a_is_returned") & ~pl.col("b_is_returned")
    left_b = pl.col("b_is_returned") & ~pl.col("a_is_returned")
    return pl.when(left_a).then(_LEFT_ODDS).when(left_b).then(1 / _LEFT_ODDS).otherwise(1.0)


def same_places(told: pl.DataFrame) -> pl.DataFrame:
    """The sayings with one `place` for all spellings of one address of a profile."""
    keys = told.select("profile_id", "place").unique()
    several = keys.filter(pl.len().over("profile_id").is_between(2, _MOST_PLACES))
    pairs = several.join(several, on="profile_id", suffix="_b").filter(
        pl.col("place") < pl.col("place_b")
    )
    alike = pairs.filter(pl.Series(_are_same(pairs), dtype=pl.Boolean))
    one = alike.group_by("profile_id", "place_b").agg(pl.col("place").min().alias("one"))
    return (
        told.join(
            one, left_on=["profile_id", "place"], right_on=["profile_id", "place_b"], how="left",
            maintain_order="left",
        )
        .with_columns(pl.coalesce("one", "place").alias("place"))
        .drop("one")
    )  # fmt: skip


def is_same_place(one: str | None, other: str | None) -> bool:
    """Whether two keys of addresses are spellings of one place.

    >>> is_same_place("69003 12 RUE PAUL BERT", "69003 12 RUE PAUL BRET")
    True
    >>> is_same_place("69003 12 RUE PAUL BERT", "75001 3 RUE DE RIVOLI")
    False
    """
    if one is None or other is None:
        return False
    pair = pl.DataFrame({"place": [one], "place_b": [other]})
    return one == other or _are_same(pair)[0]


def _are_same(pairs: pl.DataFrame) -> list[bool]:
    if pairs.is_empty():
        return []
    codes = [pairs[name].str.extract(r"^(\S+)") for name in ("place", "place_b")]
    lines = [pairs[name].str.replace(r"^\S+ ", "").to_list() for name in ("place", "place_b")]
    ratio = pl.Series(process.cpdist(*lines, scorer=fuzz.ratio))
    words = pl.Series(process.cpdist(*lines, scorer=fuzz.token_set_ratio))
    is_near = codes[0].str.slice(0, 2) == codes[1].str.slice(0, 2)
    one_code = (codes[0] == codes[1]) & ((ratio >= SAME_PLACE) | (words >= _SAME_WORDS))
    return (one_code | (is_near & (ratio >= _SAME_LINE))).to_list()


def _pairs(told: pl.DataFrame, returned: pl.DataFrame) -> pl.DataFrame:
    """Each two places of a profile, `a_…` and `b_…`, with what is known of their order."""
    latest = told.sort("said_at", "received_at", "record_id", nulls_last=False)
    places = latest.group_by("profile_id", "place", maintain_order=True).agg(
        pl.col("said_at").min().alias("first_at"),
        pl.col("said_at").max().alias("last_at"),
        pl.col("source").n_unique().alias("sources"),
        *(pl.col(name).last() for name in ("record_id", "source", "record_key", *ADDRESS)),
    )
    several = places.filter(pl.len().over("profile_id").is_between(2, _MOST_PLACES))
    flagged = several.join(
        returned.unique().with_columns(pl.lit(value=True).alias("is_returned")),
        on=["profile_id", "place"],
        how="left",
    ).with_columns(pl.col("is_returned").fill_null(value=False))
    sides = [
        flagged.select("profile_id", pl.all().exclude("profile_id").name.prefix(f"{side}_"))
        for side in "ab"
    ]
    pairs = sides[0].join(sides[1], on="profile_id").filter(pl.col("a_place") < pl.col("b_place"))
    return with_turns(pairs, told, "place")


def with_turns(pairs: pl.DataFrame, told: pl.DataFrame, value: str) -> pl.DataFrame:
    """Pairs with whether one record said `a` and later `b`, and the other way round."""
    versions = told.group_by("profile_id", "record_id", value).agg(
        pl.col("received_at").min().alias("from"), pl.col("received_at").max().alias("until")
    )
    several = versions.filter(pl.len().over("record_id") > 1)
    turns = (
        several.join(several, on=["profile_id", "record_id"], suffix="_b")
        .filter(pl.col("until") < pl.col("from_b"))
        .select("profile_id", pl.col(value).alias("one"), pl.col(f"{value}_b").alias("other"))
        .unique()
        .with_columns(pl.lit(value=True).alias("is_so"))
    )
    for name, one, other in (("a_then_b", "a", "b"), ("b_then_a", "b", "a")):
        pairs = pairs.join(
            turns.rename({"is_so": name}),
            left_on=["profile_id", f"{one}_{value}", f"{other}_{value}"],
            right_on=["profile_id", "one", "other"],
            how="left",
        ).with_columns(pl.col(name).fill_null(value=False))
    return pairs


def _weighed(pairs: pl.DataFrame) -> pl.DataFrame:
    others = pl.len().over("old_place", "new_place")
    again = (pl.col("old_last_at") > pl.col("new_first_at")) & (
        pl.col("new_last_at") > pl.col("old_first_at")
    )
    return weigh(
        pairs,
        _PRIOR_ODDS,
        {
            "sources_agree": when(pl.col("new_sources") > 1, 3.0),
            "seen_again": when(again, 0.15),
            "same_record": when(pl.col("a_then_b") != pl.col("b_then_a"), 4.0),
            "household_moved": when(others > 1, 4.0),
            "mail_returned": when(pl.col("old_is_returned") & ~pl.col("new_is_returned"), 4.0),
        },
    )


def _proposals(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.select(
        pl.lit(MOVE).alias("kind"),
        pl.col("new_record_id").alias("identifier_id"),
        pl.col("old_record_id").alias("other_id"),
        pl.col("new_source").alias("source"),
        day_of("new_first_at").alias("happened_on"),
        pl.concat_str("old_place", "new_place", separator=" > ").alias("what"),
        "probability",
        pl.lit(value=False).alias("is_certain"),
        pl.lit(None, pl.String).alias("former_name_key"),
        as_json(_address("old").alias("from"), _address("new").alias("to"), name="details"),
        as_json(told_by("old"), told_by("new"), pl.col("reasons"), name="evidence"),
    )


def _address(end: str) -> pl.Expr:
    return pl.struct(
        *(pl.col(f"{end}_{name}").alias(name) for name in ADDRESS),
        pl.col(f"{end}_place").alias("place"),
    )
