"""Texts made comparable: accents, capitals and punctuation say nothing here."""

from __future__ import annotations

import polars as pl

_DATE_FORMS = (
    r"^(?<y>\d{4})[-/. ](?<m>\d{1,2})[-/. ](?<d>\d{1,2})(?:[T ].*)?$",
    r"^(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})$",
    r"^(?<d>\d{1,2})[-/. ](?<m>\d{1,2})[-/. ](?<y>\d{4})(?:[T ].*)?$",
    r"^(?<d>\d{1,2})[-/. ](?<m>\d{1,2})[-/. ](?<y>\d{2})$",
)
_LAST_OF_2000 = 15
"""The last year of two digits that is of this century: few customers are children, some are old."""


# Letters that no decomposition of Unicode takes apart, and forms of one letter.
_LETTERS = {
    "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    "ς": "σ", "ى": "ي", "ة": "ه", "ـ": "",
}  # fmt: skip
# Accents of Latin, Greek and Cyrillic letters, and the vowel points of Hebrew and Arabic. Marks of
# other scripts are letters of their own: without them a word of Hindi or Japanese is another word.
_MARKS = r"[\x{0300}-\x{036F}\x{0591}-\x{05C7}\x{064B}-\x{065F}\x{0670}]+"


def fold(values: pl.Series) -> pl.Series:
    """Lower case without accents; all but letters and digits becomes one blank; none is null.

    Ligatures are written out, and wide or narrow forms of a letter are that letter.
    """
    plain = (
        values.str.normalize("NFKD")
        .str.replace_all(_MARKS, "")
        .str.to_lowercase()
        .str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ")
        .str.strip_chars()
    )
    if not _is_ascii(plain):
        plain = plain.str.replace_many(_LETTERS).str.normalize("NFC").str.strip_chars()
    return plain.replace("", None)


def _is_ascii(values: pl.Series) -> bool:
    return bool((values.str.len_bytes() == values.str.len_chars()).fill_null(value=True).all())


def compact(values: pl.Series) -> pl.Series:
    """Folded, without blanks."""
    return fold(values).str.replace_all(" ", "", literal=True)


def digits(values: pl.Series) -> pl.Series:
    """The digits of each value; none is null."""
    return values.str.replace_all(r"[^0-9]+", "").replace("", None)


def iso_days(values: pl.Series) -> pl.Series:
    """Dates as YYYYMMDD; of others their digits.

    Day and month change places where a month above 12 says that they stand the other way round.
    """
    values = values.str.strip_chars()
    parts = [values.str.extract_groups(form) for form in _DATE_FORMS]
    found = pl.DataFrame(
        {
            part: pl.select(
                pl.coalesce(*(pl.lit(each.struct.field(part)) for each in parts))
            ).to_series()
            for part in ("y", "m", "d")
        }
    )
    year = pl.col("y").str.zfill(2)
    is_late = year.cast(pl.Int32) <= _LAST_OF_2000
    century = pl.when(is_late).then(pl.lit("20")).otherwise(pl.lit("19"))
    found = found.with_columns(
        pl.when(year.str.len_chars() == 2).then(century + year).otherwise(year).alias("y")
    )
    turned = (pl.col("m").cast(pl.Int32) > 12) & (pl.col("d").cast(pl.Int32) <= 12)
    text = found.select(
        pl.concat_str(
            "y",
            pl.when(turned).then("d").otherwise("m").str.zfill(2),
            pl.when(turned).then("m").otherwise("d").str.zfill(2),
        ).alias("day")
    )["day"]
    return pl.select(pl.coalesce(pl.lit(text), pl.lit(digits(values)))).to_series()


def is_mostly_dates(values: pl.Series) -> bool:
    """Whether nearly all values are dates, or dates and times."""
    if values.len() == 0:
        return False
    return bool(_years(values).is_between(1890, 2100).fill_null(value=False).mean() > 0.8)  # type: ignore[operator]


def are_birth_dates(values: pl.Series) -> bool:
    """Whether they are dates that lie as births do: over decades, most of them long ago."""
    if not is_mostly_dates(values):
        return False
    years = _years(values).drop_nulls()
    late, early = years.quantile(0.9), years.quantile(0.1)
    return late is not None and early is not None and late - early > 15 and early < 2005


def _years(values: pl.Series) -> pl.Series:
    return iso_days(values).str.to_date("%Y%m%d", strict=False).dt.year()
