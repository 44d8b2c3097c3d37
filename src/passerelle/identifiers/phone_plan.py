"""The French numbering plan, as one plan: which country code a ten-digit number really has.

A French number is dialled with the same ten digits from Paris and from Saint-Denis, but its
international form depends on where it lives: 0692 is +262 692, never +33 692. The allocated
blocks come from libphonenumber's metadata, read as patterns, so that they follow its updates and
agree with it by construction.

Sources: Arcep decision 2018-0881 (numbering plan), decision 2022-1583; libphonenumber metadata
through phonenumberslite.
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

# Country code, then the regions that share it, in libphonenumber's order.
_CODES = (
    ("33", ("FR",)),
    ("590", ("GP", "BL", "MF")),
    ("596", ("MQ",)),
    ("594", ("GF",)),
    ("262", ("RE", "YT")),
)
PLAN_REGIONS = frozenset(region for _, regions in _CODES for region in regions)
"""Regions whose people write ten-digit French numbers."""

COUNTRY_CODES = frozenset({"33", "262", "590", "594", "596", "508", "681", "687", "689"})
"""Country codes of France, overseas included."""

_REGION_OF_PREFIX = {
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT",
    "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
# Saint-Barthélemy and Saint-Martin had Guadeloupe's postcodes and mail still carries them.
_REGION_OF_POSTCODE = {"97133": "BL", "97150": "MF"}
_KINDS = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number",
    "voip", "pager", "uan", "voicemail",
)  # fmt: skip


def region_of_postcode(postcodes: pl.Series) -> pl.Series:
    """The region (ISO 3166 alpha-2) a French postcode stands in: `FR`, or one overseas.

    >>> region_of_postcode(pl.Series(["75011", "97400", "988 00", None])).to_list()
    ['FR', 'RE', 'NC', 'FR']
    """
    digits = postcodes.cast(pl.String).str.replace_all(r"\s+", "")
    whole = digits.replace_strict(_REGION_OF_POSTCODE, default=None, return_dtype=pl.String)
    prefix = digits.str.slice(0, 3).replace_strict(
        _REGION_OF_PREFIX, default="FR", return_dtype=pl.String
    )
    return pl.select(region=pl.coalesce(whole, prefix).fill_null("FR"))["region"]


def country_code(national: str, region: str) -> str | None:
    """The country code of nine digits (the leading 0 left out) written in a region, or None.

    The region's own code is tried first; 0269 is Mayotte's or mainland's, and only the place of
    the writer tells.

    >>> country_code("612345678", "FR"), country_code("692123456", "FR")
    ('33', '262')
    """
    codes = sorted(_CODES, key=lambda code: region not in code[1])  # stable: own code first
    return next((code for code, _ in codes if may_exist(national, code)), None)


def may_exist(national: str, code: str) -> bool:
    """Whether nine digits are allocated under a country code."""
    return all(pattern.fullmatch(national) for pattern in _patterns(code))


def is_allocated(nationals: pl.Expr, code: str) -> pl.Expr:
    """Whether nine digits are allocated under a country code: the vector form of one code."""
    first, *rest = (nationals.str.contains(text) for text in pattern_texts(code))
    return first & pl.all_horizontal(rest) if rest else first


@cache
def pattern_texts(code: str) -> tuple[str, ...]:
    """The patterns that nine digits must all match to be allocated under a country code."""
    from phonenumbers import PhoneMetadata

    general: list[str] = []
    kinds: list[str] = []
    for region in next(regions for known, regions in _CODES if known == code):
        metadata = PhoneMetadata.metadata_for_region(region)
        general += _national_patterns(metadata, ("general_desc",))
        kinds += _national_patterns(metadata, _KINDS)
    return tuple(f"^(?:{'|'.join(dict.fromkeys(texts))})$" for texts in (kinds, general))


def _national_patterns(metadata: object, names: tuple[str, ...]) -> list[str]:
    descriptions = (getattr(metadata, name, None) for name in names)
    return [d.national_number_pattern for d in descriptions if d and d.national_number_pattern]


@cache
def _patterns(code: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text, re.ASCII) for text in pattern_texts(code))
