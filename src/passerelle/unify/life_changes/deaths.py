"""Deaths: people of the base in a file of the deceased, with how probable it is that it is they.

Everything turns on namesakes. How many other people in France bear the same names and were born
on the same day is estimated from how frequent the names are; the probability is one against that
number. A man called Michel Martin has namesakes of his day, a woman called Ysaline Querrec none.
"""

from __future__ import annotations

import polars as pl
from rapidfuzz import fuzz, process

from passerelle.unify.life_changes.change import DEATH, PROPOSALS
from passerelle.unify.life_changes.notices import read_in_file
from passerelle.unify.life_changes.people import list_bearers
from passerelle.unify.life_changes.weighing import as_json, weigh, when

BORN_A_DAY = 2200.0
"""People born in France on one day, both sexes. Source: INSEE, about 800,000 births a year."""

SURE = 0.99
"""From this probability a death is followed without a person's word, if it is exact and unique."""

# A small base or file tells little of how frequent names are; no name is more frequent than these.
_MOST_LAST = 0.004  # Martin; INSEE, file of surnames
_MOST_FIRST = 0.07  # Marie about 1940, of both sexes; INSEE, file of first names

_OTHERWISE = 0.03  # each: last name mistyped, date mistyped, second first name used; chosen
_ALIKE = 80.0  # of two last names, from which one may be the other mistyped; chosen
_SLIPS = 60.0  # dates that are one slip away from a date, about
_ACTIVE = 0.05  # a customer who did something after the death is hardly the deceased; chosen


def find_deaths(
    sayings: pl.DataFrame, deaths: pl.DataFrame, active_until: pl.DataFrame
) -> pl.DataFrame:
    """Deaths of people of the base; columns as `PROPOSALS`.

    Args:
        sayings: What records said; see `read_sayings`.
        deaths: Notices of deaths.
        active_until: profile_id, active_on: the last day on which a purchase was seen.
    """
    bearers = list_bearers(sayings).filter(pl.col("birth_date").is_not_null())
    if deaths.is_empty() or bearers.is_empty():
        return PROPOSALS.to_frame()
    pairs = _candidates(bearers, deaths)
    weighed = _weighed(_with_namesakes(pairs, bearers, deaths), active_until)
    return _proposals(_against_rivals(weighed))


def _candidates(bearers: pl.DataFrame, deaths: pl.DataFrame) -> pl.DataFrame:
    """Bearers and deaths that agree in two of last name, first name, birth date; sexes agree."""
    given = deaths.with_columns(
        pl.col("first_names").str.split(" ").alias("given")
    ).explode("given").with_columns(
        _key(pl.col("given")).alias("given_key"),
        (pl.col("given") == pl.col("first_names").str.extract(r"^(\S+)")).alias("is_first"),
    )  # fmt: skip
    by_name = bearers.join(
        given, left_on=["last_key", "first_key"], right_on=["last_key", "given_key"],
        suffix="_notice",
    ).with_columns(pl.lit(value=False).alias("is_otherwise_written"))  # fmt: skip
    by_name = by_name.filter(_may_be_born_then())
    by_date = bearers.join(
        given.filter("is_first"),
        left_on=["first_key", "birth_date"],
        right_on=["given_key", "birth_date"],
        suffix="_notice",
    ).filter(pl.col("last_key") != pl.col("last_key_notice"))
    alike = _likeness(by_date)
    mistyped = by_date.filter(alike >= _ALIKE).with_columns(
        pl.lit(value=True).alias("is_otherwise_written"),
        pl.col("birth_date").alias("birth_date_notice"),
    )
    columns = ["profile_id", "record_id", "notice_id", "last_key", "first_key", "birth_date",
               "birth_date_notice", "sex_notice", "is_first", "is_otherwise_written"]  # fmt: skip
    both = pl.concat([frame.filter(_same_sex()).select(columns) for frame in (by_name, mistyped)])
    return both.join(
        deaths.select("notice_id", "source", "file_name", "row_number", "happened_on"),
        on="notice_id",
    )


def _key(name: pl.Expr) -> pl.Expr:
    return name.str.normalize("NFKD").str.replace_all(r"\p{M}|[^\p{L}]", "").str.to_uppercase()


def _same_sex() -> pl.Expr:
    return (pl.col("sex") == pl.col("sex_notice")).fill_null(value=True)


def _may_be_born_then() -> pl.Expr:
    """The same day, as far as it is known; or one slip away: a digit, or day and month swapped."""
    ours, theirs = pl.col("birth_date"), pl.col("birth_date_notice")
    digits = sum(
        (ours.str.slice(at, 1) != theirs.str.slice(at, 1)).cast(pl.Int8)
        for at in (0, 1, 2, 3, 5, 6, 8, 9)
    )
    swapped = pl.concat_str(
        ours.str.slice(0, 4), ours.str.slice(8, 2), ours.str.slice(5, 2), separator="-"
    )
    is_whole = theirs.str.len_chars() == 10
    return ours.str.starts_with(theirs) | (is_whole & ((digits <= 1) | (swapped == theirs)))


def _likeness(pairs: pl.DataFrame) -> pl.Series:
    if pairs.is_empty():
        return pl.Series([], dtype=pl.Float64)
    names = [pairs[name].to_list() for name in ("last_key", "last_key_notice")]
    return pl.Series(process.cpdist(*names, scorer=fuzz.ratio), dtype=pl.Float64)


def _with_namesakes(
    pairs: pl.DataFrame, bearers: pl.DataFrame, deaths: pl.DataFrame
) -> pl.DataFrame:
    """`namesakes`: how many others of the same names and day are expected in France."""
    last = pl.concat([bearers["last_key"], deaths["last_key"].drop_nulls()])
    firsts = pl.concat(
        [
            bearers.select("first_key", pl.col("birth_date").str.slice(0, 3).alias("decade")),
            deaths.select("first_key", pl.col("birth_date").str.slice(0, 3).alias("decade")),
        ]
    ).drop_nulls()
    last_shares = last.value_counts(name="n").select(
        "last_key", (pl.col("n") / last.len()).alias("last_share")
    )
    first_shares = firsts.group_by("first_key", "decade").len().with_columns(
        (pl.col("len") / pl.col("len").sum().over("decade")).alias("first_share")
    ).drop("len")  # fmt: skip
    parts = pl.col("birth_date_notice").str.len_chars()
    known_days = pl.when(parts == 4).then(365.0).when(parts == 7).then(30.0).otherwise(1.0)
    days = pl.when(parts == 10, pl.col("birth_date") != pl.col("birth_date_notice")).then(_SLIPS)
    return (
        pairs.with_columns(pl.col("birth_date").str.slice(0, 3).alias("decade"))
        .join(last_shares, on="last_key", how="left")
        .join(first_shares, on=["first_key", "decade"], how="left")
        .with_columns(
            pl.col("last_share").fill_null(1 / last.len()).clip(upper_bound=_MOST_LAST),
            pl.col("first_share")
            .fill_null(1 / max(firsts.height, 1))
            .clip(upper_bound=_MOST_FIRST),
        )
        .with_columns(
            (
                # Shares are among both sexes, as is the number of those born on a day.
                BORN_A_DAY
                * pl.col("last_share")
                * pl.col("first_share")
                * days.otherwise(known_days)
            ).alias("namesakes")
        )
    )


def _weighed(pairs: pl.DataFrame, active_until: pl.DataFrame) -> pl.DataFrame:
    is_whole = pl.col("birth_date_notice").str.len_chars() == 10
    is_other_day = is_whole & (pl.col("birth_date") != pl.col("birth_date_notice"))
    factors = {
        "namesakes": 1 / pl.col("namesakes"),
        "name_written_otherwise": when(pl.col("is_otherwise_written"), _OTHERWISE),
        "second_first_name": when(~pl.col("is_first"), _OTHERWISE),
        "date_written_otherwise": when(is_other_day, _OTHERWISE),
        "active_after": when(pl.col("active_on") > pl.col("happened_on"), _ACTIVE),
    }
    weighed = weigh(pairs.join(active_until, on="profile_id", how="left"), 1.0, factors)
    slips = [pl.col(f"_{name}") for name in factors if name != "namesakes"]
    no_slip = pl.all_horizontal(each.is_null() for each in slips)
    return weighed.with_columns((no_slip & is_whole).alias("is_exact"))


def _against_rivals(weighed: pl.DataFrame) -> pl.DataFrame:
    """One row per profile and death, with `probability` beside all that match either of the two."""
    best = weighed.sort("odds", "record_id", descending=[True, False]).unique(
        ["profile_id", "notice_id"], keep="first", maintain_order=True
    )
    rivals = (
        pl.col("odds").sum().over("notice_id") + pl.col("odds").sum().over("profile_id")
        - 2 * pl.col("odds")
    )  # fmt: skip
    alone = (pl.len().over("notice_id") == 1) & (pl.len().over("profile_id") == 1)
    return best.with_columns(
        (pl.col("odds") / (1 + pl.col("odds") + rivals)).alias("probability"),
        alone.alias("is_alone"),
        pl.col("reasons").struct.with_fields(
            pl.when(rivals > 0).then(1 / (1 + rivals)).alias("rivals")
        ),
    )


def _proposals(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.select(
        pl.lit(DEATH).alias("kind"),
        pl.col("record_id").alias("identifier_id"),
        pl.lit(None, pl.Int64).alias("other_id"),
        "source",
        "happened_on",
        pl.col("notice_id").cast(pl.String).alias("what"),
        "probability",
        (pl.col("is_exact") & pl.col("is_alone") & (pl.col("probability") >= SURE)).alias(
            "is_certain"
        ),
        pl.lit(None, pl.String).alias("former_name_key"),
        as_json(pl.col("happened_on").alias("died_on"), name="details"),
        as_json(read_in_file(), pl.col("reasons"), name="evidence"),
    )
