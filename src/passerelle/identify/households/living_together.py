"""Households now and before: who lives with whom, since when, until when."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from passerelle.identify.households.dividing import (
    BY_ADDRESS,
    MOST_NAMESAKES,
    MOST_PEOPLE,
    TIES,
    Scene,
    divide,
)
from passerelle.identify.households.sexes import sexes_of_people
from passerelle.identify.households.stays import (
    build_stays,
    with_followed_relatives,
    with_presumed_moves,
)

_CROWD = 100  # stays at one address: nobody asks who of a tower lived with whom years ago


@dataclass(frozen=True)
class Households:
    """Who lives with whom.

    homes: profile_id, household_id: all profiles with a record, as of the last thing known.
    memberships: profile_id, household_id, valid_from, valid_to (null while it lasts): of those
        who live or lived with others; instants are microseconds.
    """

    homes: pl.DataFrame
    memberships: pl.DataFrame


@dataclass(frozen=True)
class Shared:
    """What people share besides addresses.

    lines: line, profile_id: identifiers of few.
    rare: postcode, name: whole names that few bear whose records ever said that postcode.
    declared: declared_id, profile_id: households that sources name, by the last version of each
        record, of few.
    """

    lines: pl.DataFrame
    rare: pl.DataFrame
    declared: pl.DataFrame

    @staticmethod
    def of(residences: pl.DataFrame, lines: pl.DataFrame) -> Shared:
        """What the people of these residences share, if nobody else shares it with them."""
        borne = names_in_places(residences).filter(
            pl.len().over("postcode", "name") <= MOST_NAMESAKES
        )
        ever = residences.select("declared_id", "profile_id").drop_nulls().unique()
        few = ever.filter(pl.len().over("declared_id") <= MOST_PEOPLE)
        last = residences.sort("record_id", "observed_at").unique(
            "record_id", keep="last", maintain_order=True
        )
        declared = last.select("declared_id", "profile_id").drop_nulls().unique()
        return Shared(
            lines,
            borne.select("postcode", "name").unique(),
            declared.join(few, on="declared_id", how="semi"),
        )


def names_in_places(residences: pl.DataFrame, who: str = "profile_id") -> pl.DataFrame:
    """The column `who`, postcode, name: each whole name under each postcode ever told of them."""
    places = residences.select(who, "postcode").drop_nulls().unique()
    names = pl.concat(
        residences.select(who, pl.col(column).alias("name"))
        for column in ("last_name_key", "birth_name_key")
    )
    return places.join(names.drop_nulls().unique(), on=who).select(who, "postcode", "name")


_NOTHING = Shared(
    pl.DataFrame(schema={"line": pl.Int64, "profile_id": pl.Int64}),
    pl.DataFrame(schema={"postcode": pl.String, "name": pl.String}),
    pl.DataFrame(schema={"declared_id": pl.Int64, "profile_id": pl.Int64}),
)


def find_households(residences: pl.DataFrame, shared: Shared) -> Households:
    """Households of profiles.

    Args:
        residences: As `read_residences` gives them.
        shared: What they share besides.
    """
    people = _people(residences)
    names = _names(residences)
    stays = build_stays(residences)
    stays = with_presumed_moves(stays, _former(stays, names, people))
    relatives = shared.lines.join(names.select("profile_id", "name"), on="profile_id")
    stays = with_followed_relatives(stays, relatives, people)
    members = _present(residences, people, stays)
    groups = divide(_scene(members, names, shared), tuple(TIES))
    # Members come in the order in which they were learned: a group's first row names it.
    present = members.with_columns(
        members["profile_id"].gather(groups).alias("household_id")
    ).with_columns(pl.len().over("household_id").alias("size"))
    homes = present.select("profile_id", "household_id")
    now = present.filter(pl.col("size") > 1).select(
        "profile_id",
        "household_id",
        pl.col("since").alias("valid_from"),
        pl.lit(None, pl.Int64).alias("valid_to"),
    )
    before = _with_heirs(_former(stays, names, people), present)
    return Households(homes, _merged(pl.concat([before, now])))


def _people(residences: pl.DataFrame) -> pl.DataFrame:
    """profile_id, learned_at, first_seen, born (a year, or null), is_man (or null)."""
    people = residences.group_by("profile_id").agg(
        pl.col("learned_at").min(),
        pl.col("observed_at").min().alias("first_seen"),
        pl.col("birth_date").str.slice(0, 4).cast(pl.Int32, strict=False).min().alias("born"),
    )
    return people.join(sexes_of_people(residences), on="profile_id", how="left")


def _names(residences: pl.DataFrame) -> pl.DataFrame:
    """profile_id, name, is_whole: family names in use or at birth, and the words of double ones."""
    whole = pl.concat(
        [
            residences.select("profile_id", pl.col(column).alias("name"))
            for column in ("last_name_key", "birth_name_key")
        ]
    )
    whole = whole.drop_nulls().unique()
    words = (
        residences.select("profile_id", pl.col("name_words").str.split(" ").alias("name"))
        .drop_nulls()
        .explode("name")
        .filter(pl.col("name").str.len_chars() >= LEAST_LETTERS)
        .unique()
        .join(whole, on=["profile_id", "name"], how="anti")
    )
    return pl.concat([whole.with_columns(is_whole=True), words.with_columns(is_whole=False)])


LEAST_LETTERS = 3
"""Of a word of a double name: fewer are a particle's."""


def _present(residences: pl.DataFrame, people: pl.DataFrame, stays: pl.DataFrame) -> pl.DataFrame:
    """Everybody, now: the members of a scene, with since and learned_at."""
    last = (
        residences.filter(pl.col("postcode").is_not_null())
        .sort("observed_at", "record_id", descending=[True, False])
        .unique("profile_id", keep="first", maintain_order=True)
        .select("profile_id", pl.col("postcode").alias("last_postcode"))
    )
    current = stays.filter(pl.col("until").is_null())
    return (
        people.join(current, on="profile_id", how="left")
        .join(last, on="profile_id", how="left")
        .select(
            pl.lit(0, pl.Int64).alias("scene"),
            "profile_id",
            "address_id",
            "unit",
            pl.coalesce("postcode", "last_postcode").alias("postcode"),
            pl.coalesce("since", "first_seen").alias("since"),
            "born",
            "is_man",
            "learned_at",
        )
        .sort("learned_at", "profile_id")
    )


def _scene(members: pl.DataFrame, names: pl.DataFrame, shared: Shared) -> Scene:
    at = members.select("profile_id").with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))
    named = at.join(names, on="profile_id")
    return Scene(
        members,
        named.select("at", "name"),
        named.filter("is_whole").select("at", "name"),
        shared.rare,
        at.join(shared.lines, on="profile_id").select("at", "line"),
        at.join(shared.declared, on="profile_id").select("at", "declared_id"),
    )


def _former(stays: pl.DataFrame, names: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Members of the households of an address at the instants at which somebody left it.

    Columns: group (one household at one instant), instant, profile_id, address_id, since, born.
    """
    ended = stays.filter(pl.col("until").is_not_null() & (pl.len().over("address_id") <= _CROWD))
    scenes = ended.select("address_id", pl.col("until").alias("instant")).unique()
    scenes = scenes.sort("address_id", "instant").with_row_index("scene")
    members = (
        scenes.join(stays, on="address_id")
        .filter(
            (pl.col("since") < pl.col("instant"))
            & (pl.col("until").is_null() | (pl.col("until") >= pl.col("instant")))
        )
        .with_columns(pl.col("scene").cast(pl.Int64))
        .join(people.select("profile_id", "born", "is_man"), on="profile_id", how="left")
        .sort("scene", "profile_id")
    )
    groups = divide(_scene(members, names, _NOTHING), BY_ADDRESS)
    return (
        members.with_columns(pl.Series("group", groups))
        .filter(pl.len().over("group") > 1)
        .select("group", "instant", "profile_id", "address_id", "since", "born")
    )


def _with_heirs(former: pl.DataFrame, present: pl.DataFrame) -> pl.DataFrame:
    """Former members with the household that theirs became: that of most of them now.

    Of several, the one that still lives there, then the one with the smallest id.
    """
    now = former.join(
        present.select("profile_id", "household_id", pl.col("address_id").alias("now_at")),
        on="profile_id",
    )
    heirs = (
        now.group_by("group", "household_id")
        .agg(
            pl.len().alias("many"),
            (pl.col("now_at") == pl.col("address_id")).any().alias("stays"),
        )
        .sort("group", "many", pl.col("stays").fill_null(False), "household_id",
              descending=[False, True, True, False])
        .unique("group", keep="first", maintain_order=True)
        .select("group", "household_id")
    )  # fmt: skip
    return former.join(heirs, on="group").select(
        "profile_id",
        "household_id",
        pl.col("since").alias("valid_from"),
        pl.col("instant").alias("valid_to"),
    )


def _merged(memberships: pl.DataFrame) -> pl.DataFrame:
    """Memberships of one profile in one household that touch or overlap, as one."""
    who = ["profile_id", "household_id"]
    forever = pl.lit(2**62, pl.Int64)
    told = memberships.with_columns(pl.col("valid_to").fill_null(forever)).sort(
        *who, "valid_from", "valid_to"
    )
    reach = pl.col("valid_to").cum_max().over(who).shift().over(who)
    begins = (reach.is_null() | (pl.col("valid_from") > reach)).cum_sum().over(who).alias("run")
    merged = (
        told.with_columns(begins)
        .group_by(*who, "run")
        .agg(pl.col("valid_from").min(), pl.col("valid_to").max())
    )
    ends = pl.when(pl.col("valid_to") < forever).then("valid_to").alias("valid_to")
    return merged.select(*who, "valid_from", ends).sort(*who, "valid_from")
