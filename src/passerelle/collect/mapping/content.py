"""Understands a column from what its cells hold, whatever it is called."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

_TITLES = (
    "m|mr|mme|mlle|mme/mlle|monsieur|madame|mademoiselle|mrs|ms|miss|dr|docteur|me|maitre|maître"
    "|m et mme|m. et mme|mr et mme|herr|frau|sr|sra|prof|pr"
)
_MONTHS = "jan|fév|fev|mar|avr|apr|mai|may|juin|jun|juil|jul|août|aout|aug|sep|oct|nov|déc|dec"
_COUNTRIES = (
    "fr|be|ch|lu|de|it|es|pt|nl|gb|uk|ie|at|us|ca|mc|re|gp|mq|gf|yt|pl|ro|se|dk|fi|no|cz|gr|hu"
    "|fra|bel|che|lux|deu|ita|esp|prt|nld|gbr|usa|france|belgique|suisse|luxembourg|allemagne"
    "|italie|espagne|portugal|pays-bas|royaume-uni|monaco|belgium|switzerland|germany|italy|spain"
    "|netherlands|united kingdom|united states|états-unis|canada|réunion|guadeloupe|martinique"
)

# what each kind of value looks like; separators of phones are taken out first
_PATTERNS: dict[str, str] = {
    "email": r"^[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}$",
    "email_sha256": r"^[0-9a-fA-F]{64}$",
    "postcode": r"^(0[1-9]|[1-8]\d|9[0-8]|2[ABab])\d{3}$",
    "date": (
        r"^(\d{1,2}[/.\-]\d{1,2}[/.\-](\d{4}|\d{2})|(19|20)\d{2}[/.\-]?\d{2}[/.\-]?\d{2})"
        rf"([T ].*)?$|(?i)^\d{{1,2}}[ \-]({_MONTHS})[a-zéû.]*[ \-]\d{{2,4}}$"
    ),
    "title": rf"(?i)^({_TITLES})\.?$",
    "gender": r"(?i)^(m|f|h|homme|femme|masculin|féminin|feminin|male|female|man|woman)$",
    "country": rf"(?i)^({_COUNTRIES})$",
    "number": r"^-?[\d\s.,\u00a0\u202f]+(€|EUR|\$)?$",
    "two_words": r"^\p{L}[\p{L}'’.\-]*( \p{L}[\p{L}'’.\-]*)+$",
    "name": r"^\p{L}[\p{L}'’ .\-]*$",
}
_PHONE_NOISE = r"[\s.\-/()\u00a0\u202f']"
_MOBILE = r"^(0[67]|(\+|00)33(0)?[67]|33[67]|[67])\d{8}$"
_LANDLINE = r"^(0[1-589]|(\+|00)33(0)?[1-589]|33[1-589]|[1-59])\d{8}$"
_ABROAD = r"^(\+|00)[1-9]\d{7,14}$"


@dataclass(frozen=True)
class Content:
    """What the cells of a column look like: how many are filled, the share of each kind."""

    filled: int
    shares: dict[str, float]
    distinct_ratio: float

    def share(self, kind: str) -> float:
        """The share of the filled cells that look like this kind."""
        return self.shares.get(kind, 0.0)


def look_at(column: pl.Series) -> Content:
    """What a sample of a column holds."""
    cells = column.str.strip_chars()
    cells = cells.filter(cells.is_not_null() & (cells != ""))
    if cells.is_empty():
        return Content(0, {}, 0.0)
    digits = cells.str.replace_all(_PHONE_NOISE, "")
    shares = {kind: _share(cells, pattern) for kind, pattern in _PATTERNS.items()}
    shares["mobile"] = _share(digits, _MOBILE)
    shares["landline"] = _share(digits, _LANDLINE)
    abroad = _share(digits, _ABROAD)
    shares["phone"] = max(shares["mobile"] + shares["landline"], abroad)
    return Content(len(cells), shares, cells.n_unique() / len(cells))


def _share(cells: pl.Series, pattern: str) -> float:
    return float(cells.str.contains(pattern).sum()) / len(cells)


# the kind of value a field's cells must have; other fields hold any text
FIELD_KINDS: dict[str, str] = {
    "email": "email",
    "email_2": "email",
    "email_sha256": "email_sha256",
    "phone_mobile": "phone",
    "phone_home": "phone",
    "phone": "phone",
    "birth_date": "date",
    "title": "title",
    "gender": "gender",
    "amount_cents": "number",
    "total_cents": "number",
    "discount_cents": "number",
    "quantity": "number",
}
