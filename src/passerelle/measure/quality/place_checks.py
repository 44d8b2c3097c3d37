"""Checks of the parts of a postal address: lines, postcode, city, country."""

from __future__ import annotations

import polars as pl

from passerelle.measure.quality.checked import Checked, Setting, first_of, kept
from passerelle.measure.quality.text_checks import check_text, checked_text

_LONGEST_LINE = 38  # characters of a line of an address: AFNOR NF Z10-011
_FRENCH = r"^(?:0[1-9]|[1-8][0-9]|9[0-5]|97|98)[0-9]{3}$"
_LOST_ZERO = r"^[1-9][0-9]{3}$"  # of the departments 01 to 09, eaten by a spreadsheet
_FRANCE = (
    r"(?i)^(?:fr|fra|france|france m[ée]tropolitaine|frankreich|francia|f"
    r"|gp|mq|gf|re|yt|pm|nc|pf|wf|guadeloupe|martinique|guyane|guyane fran[çc]aise"
    r"|(?:la )?r[ée]union|mayotte|mc|mco|monaco)$"
)


def check_address_line(cells: pl.Series, setting: Setting) -> Checked:
    """One line of an address."""
    refusals = first_of(
        check_text(cells, setting).refusals,
        _coded_where("no_letter", cells, ~cells.str.contains(r"\p{L}")),
    )
    suspicions = {"long_line": cells.str.len_chars() > _LONGEST_LINE}
    if setting.field == "address_1":
        suspicions["no_house_number"] = ~cells.str.contains("[0-9]")
    return checked_text(cells, refusals, suspicions)


def check_postcode(cells: pl.Series, setting: Setting) -> Checked:
    """Postcodes: French ones by their form, those of other countries as they are."""
    bare = cells.str.replace_all(r"[\s\u00a0\u202f]", "").str.replace("(?i)^F-?", "")
    is_right, lost = bare.str.contains(_FRENCH), bare.str.contains(_LOST_ZERO)
    if setting.is_abroad is not None:
        is_right |= setting.is_abroad
        lost &= ~setting.is_abroad
    code = (
        pl.when(is_right | cells.is_null())
        .then(None)
        .when(~bare.str.contains(r"^[0-9]+$"))
        .then(pl.lit("invalid_syntax"))
        .when(bare.str.len_chars() != 5)
        .then(pl.lit("wrong_length"))
        .otherwise(pl.lit("no_department"))
    )
    refusals = first_of(check_text(cells, setting).refusals, pl.select(code=code)["code"])
    mended = pl.select(mended=pl.concat_str(pl.lit("0"), bare))["mended"]
    values = kept(bare, refusals.is_null())
    return Checked(values, refusals, proposals={"postcode_zero": kept(mended, lost)})


def check_city(cells: pl.Series, setting: Setting) -> Checked:
    """Names of towns."""
    refusals = first_of(
        check_text(cells, setting).refusals,
        _coded_where("no_letter", cells, ~cells.str.contains(r"\p{L}")),
    )
    # A number belongs to an arrondissement or to CEDEX; five digits are a postcode.
    return checked_text(cells, refusals, {"postcode_in_city": cells.str.contains(r"\b[0-9]{5}\b")})


def is_abroad(countries: pl.Series) -> pl.Series:
    """Whether each country is another than France; overseas and Monaco write postcodes alike."""
    return (~countries.str.contains(_FRANCE)).fill_null(False)


def _coded_where(code: str, cells: pl.Series, where: pl.Series) -> pl.Series:
    return pl.select(code=pl.when(where & cells.is_not_null()).then(pl.lit(code)))["code"]
