"""Texts made comparable: accents, capitals and punctuation say nothing here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import polars as pl

from passerelle.linkage.texts.one_by_one import are_alike, is_for_one, work_out, work_out_all

_MONTHS = (
    r"jan|ene|gen|sty", r"fe[bv]|f[eé]v|lut", r"mar|m[aä]r|mrt", r"apr|a[bv]r|kwi",
    r"ma[yijg]|mei", r"juin|jun|giu|cze", r"juil|jul|lug|lip", r"aug|ao[uû]|ago|sie",
    r"sep|set|wrz", r"o[ck]t|ott|out|pa[zź]", r"no[vw]|lis", r"de[czs]|d[eé]c|dic|gru",
)  # fmt: skip
"""How the months begin in English, French, German, Spanish, Italian, Portuguese, Dutch, Polish."""

_DATE_FORMS = (
    r"^(?<y>\d{4})[-/. ](?<m>\d{1,2})[-/. ](?<d>\d{1,2})(?:[t ].*)?$",
    r"^(?<d>\d{1,2})[-/. ](?<m>\d{1,2})[-/. ](?<y>\d{4})(?:[t ].*)?$",
    r"^(?<d>\d{1,2})[-/. ](?<m>\d{1,2})[-/. ](?<y>\d{2})$",
)
# Of year|month|day: years of two digits, of this century until 15, for few customers are children
# and some are old; months and days of one; and month and day in each other's place.
_DATE_REPAIRS = (
    (r"^(\d)\|", "0$1|"),
    (r"^(0\d|1[0-5])\|", "20$1|"),
    (r"^(\d\d)\|", "19$1|"),
    (r"\|(\d)\|", "|0$1|"),
    (r"\|(\d)$", "|0$1"),
    (r"^(\d+)\|(1[3-9]|[2-9]\d)\|(0\d|1[0-2])$", "$1|$3|$2"),
)

# Of eight digits: month and day in each other's place, and the day first.
_DIGIT_REPAIRS = (
    (r"^((?:18|19|20)\d\d)(1[3-9]|[2-9]\d)(0\d|1[0-2])$", "$1$3$2"),
    (r"^([0-3]\d)(0[1-9]|1[0-2])((?:18|19|20)\d\d)$", "$3$2$1"),
)

FEW = 16
"""Values that are changed one by one: about as many cost what a query costs."""

# Letters that no decomposition of Unicode takes apart, and forms of one letter.
LETTERS = {
    "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    "ς": "σ", "ى": "ي", "ة": "ه", "ـ": "",
}  # fmt: skip
# Accents of Latin, Greek and Cyrillic letters, and the vowel points of Hebrew and Arabic. Marks of
# other scripts are letters of their own: without them a word of Hindi or Japanese is another word.
_MARKS = r"[\x{0300}-\x{036F}\x{0591}-\x{05C7}\x{064B}-\x{065F}\x{0670}]+"


def applied(change: Callable[[pl.Expr], pl.Expr], values: pl.Series) -> pl.Series:
    """Values as an expression changes them; a chain of changes is then one pass, not many.

    Args:
        change: A function that stays: its expression is made once and kept.
        values: Texts.
    """
    if values.len() <= FEW and is_for_one(change) and are_alike(texts := values.to_list()):
        return pl.Series("value", [work_out(change, text) for text in texts], dtype=pl.String)
    return _queried(change, values)


def applied_to_few(
    change: Callable[[pl.Expr], pl.Expr], texts: Sequence[str | None]
) -> list[str | None]:
    """A few texts as an expression changes them; see `applied`."""
    if is_for_one(change) and are_alike(texts):
        return [work_out(change, text) for text in texts]
    return _queried(change, pl.Series(texts, dtype=pl.String)).to_list()


def _queried(change: Callable[[pl.Expr], pl.Expr], values: pl.Series) -> pl.Series:
    # Lazily, so that what an expression says twice is worked out once.
    return values.to_frame("value").lazy().select(_expression(change)).collect().to_series()


def all_applied(
    changes: Callable[[pl.Expr], Mapping[str, pl.Expr]], values: pl.Series
) -> Mapping[str, pl.Series]:
    """Values as several expressions change them, by name; see `applied`."""
    if not (told := _expressions(changes)):
        return {}
    if values.len() <= FEW and is_for_one(changes) and are_alike(texts := values.to_list()):
        rows = [work_out_all(changes, text) for text in texts]
        return {
            name: pl.Series(name, [row[name] for row in rows], dtype=_type_of(changes)[name])
            for name in told
        }
    frame = values.to_frame("value").lazy().select(**told).collect()
    return {name: frame[name] for name in told}


@cache
def _expression(change: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    return change(pl.col("value"))


@cache
def _expressions(changes: Callable[[pl.Expr], Mapping[str, pl.Expr]]) -> Mapping[str, pl.Expr]:
    return changes(pl.col("value"))


@cache
def _type_of(
    changes: Callable[[pl.Expr], Mapping[str, pl.Expr]],
) -> Mapping[str, pl.DataType]:
    """Of what each of the changes gives."""
    none = pl.LazyFrame(schema={"value": pl.String})
    return dict(none.select(**_expressions(changes)).collect_schema())


def fold(values: pl.Expr) -> pl.Expr:
    """Lower case without accents; all but letters and digits becomes one blank; none is null.

    Ligatures are written out, and wide or narrow forms of a letter are that letter.

    >>> applied(fold, pl.Series(["Œuvre-Zoé", "  "])).to_list()
    ['oeuvre zoe', None]
    """
    plain = (
        values.str.normalize("NFKD")
        .str.replace_all(_MARKS, "")
        .str.to_lowercase()
        .str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ")
    )
    return or_null(plain.str.replace_many(LETTERS).str.normalize("NFC").str.strip_chars())


def or_null(values: pl.Expr) -> pl.Expr:
    """The values; null instead of an empty text."""
    return values.str.extract(r"(?s)^(.+)$")


def compact(values: pl.Expr) -> pl.Expr:
    """Folded, without blanks."""
    return fold(values).str.replace_all(" ", "", literal=True)


def digits(values: pl.Expr) -> pl.Expr:
    """The digits of each value; none is null."""
    return or_null(values.str.replace_all(r"[^0-9]+", ""))


def iso_days(values: pl.Expr) -> pl.Expr:
    """Dates as YYYYMMDD; of others their digits.

    Day and month change places where a month above 12 says that they stand the other way round.
    """
    text = _without_month_names(values.str.strip_chars().str.to_lowercase())
    for form in _DATE_FORMS:
        text = text.str.replace(form, "${y}|${m}|${d}")
    for form, written in _DATE_REPAIRS:
        text = text.str.replace(form, written)
    compact_day = digits(text)
    for form, written in _DIGIT_REPAIRS:
        compact_day = compact_day.str.replace(form, written)
    return compact_day


def _without_month_names(low: pl.Expr) -> pl.Expr:
    """Dates in small letters with months as numbers: `5 march 1980` and `march 5th, 1980` alike."""
    text = low.str.replace(r"^(\p{L}{3,})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})", "$2 $1 $3")
    for number, names in enumerate(_MONTHS, start=1):
        month = rf"^(\d{{1,2}})(?:er|\.)?[-/. ]+(?:de )?(?:{names})\p{{L}}*\.?[-/. ,]+(?:de )?(\d)"
        text = text.str.replace(month, f"$1/{number}/$2")
    return text


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
    return applied(iso_days, values).str.to_date("%Y%m%d", strict=False).dt.year()
