"""Which columns say what: from their names in English and French, then from their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl

from passerelle.kernel import InvalidInput, load_plugins
from passerelle.kernel.language import _
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.texts.folding import LETTERS, applied, fold, is_mostly_dates

MOST_FIELDS = 12
"""Columns that are compared at most: a pattern of their levels has 64 bits."""

_SAMPLE = 5_000
_READ = 400_000  # records at most that are looked at, spread over the table
_LEAST_FILLED = 0.01  # share of records that have a value; below, a column carries nothing
_TEXT_DISTINCT = 20  # distinct values from which a column of words is compared by likeness
_A_COPY = 0.95  # share of records on which two columns are equal, from which one says it all
_LONG_WORDS = 2.5  # words a value from which a text is compared as a line of an address
_LEADS = r"^\s*\d"
_SOME_LEAD = 0.3  # share of lines that begin with a number, from which they all are read so
_WHOLE_NAME = 2  # words at least of a first and a last name together
_MOSTLY = 0.6  # share of values of so many words, from which a column of names holds both
# What an export says before the name of a column.
_CONTEXT = re.compile(
    r"^((default|billing|shipping|mailing|postal|home|contact|customer|res|residen(ce|tial)) )+"
    r"(address )?"
)
_WHOSE = re.compile(
    r" (de l |de la |du |de |d )?(adherente?|abonnee?|membre|contact|porteur|titulaire|personne)$"
)
_NUMBER = r"^[\s\d.,/-]+$"
# What a customer did or chose: shoppers who are alike in it are not one person.
_BEHAVIOUR = re.compile(
    r".*\b(total|spent|spend|orders?|amount|revenue|montant|commandes?|achats?|depenses?|panier|"
    r"points|solde|balance|score|segments?|tags?|accepts?|accepte|consent(ement)?|opt ?(in|out)|"
    r"newsletter|marketing|subscribed|abonne|notes?|comments?|commentaires?|remarques?|tax)\b.*"
)


@dataclass(frozen=True)
class Field:
    """A column that is compared, and as what kind of value (a comparison's name)."""

    column: str
    kind: str

    @property
    def label(self) -> str:
        """What it is called in results: its column, and its kind where the column gives two."""
        return self.column if self.kind != "house_number" else f"{self.column}_number"


@cache
def list_comparisons() -> Mapping[str, Comparison]:
    """Every comparison, by its kind."""
    return load_plugins("passerelle.linkage.comparisons", Comparison, group="comparisons")


def guess_fields(table: pl.DataFrame, *, leave: Iterable[str] = ()) -> tuple[Field, ...]:
    """The fields of a table of texts, with no column in `leave`.

    Raises:
        InvalidInput: No column says anything about who a record is.
    """
    left = set(leave)
    if table.height > _READ:
        table = table.gather_every(-(-table.height // _READ))
    told = {name: _informs(table[name]) for name in table.columns if name not in left}
    names = [name for name, worth in told.items() if worth > 0]
    names = _without_copies(table, sorted(names, key=lambda name: -told[name]))[:MOST_FIELDS]
    kinds = kinds_of(table)
    fields = tuple(
        Field(name, kind)
        for name in table.columns
        if name in names
        and (kind := kinds[name]) is not None
        and not _numbers_rows(kind, table[name])
    )
    if not fields:
        raise InvalidInput(
            _("No column tells one record from another."),
            hint=_("Columns seen: {columns}. Each is empty or holds one value.").format(
                columns=", ".join(table.columns)
            ),
        )
    return _with_numbers(_one_of_each_name(fields), table)[:MOST_FIELDS]


def _without_copies(table: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """The columns without those that say again what one before them says: it would count twice."""
    sample = table.head(_SAMPLE)
    kept: dict[str, pl.Series] = {}
    for name in names:
        cells = applied(fold, sample[name])
        if not any(_are_copies(cells, each) for each in kept.values()):
            kept[name] = cells
    return list(kept)


def _are_copies(one: pl.Series, other: pl.Series) -> bool:
    is_said = one.is_not_null() | other.is_not_null()
    return _share(one.eq_missing(other).filter(is_said)) > _A_COPY


def _numbers_rows(kind: str, values: pl.Series) -> bool:
    """Whether a column of codes names each record, so that no two of one person can agree on it."""
    some = values.drop_nulls()
    is_known = kind not in ("code", "category") or some.len() < _TEXT_DISTINCT
    return not is_known and some.n_unique() == some.len()


def _informs(values: pl.Series) -> float:
    """Bits that two equal values say, times how often both are there."""
    some = values.drop_nulls()
    filled = some.len() / max(1, values.len())
    if filled < _LEAST_FILLED or some.len() < 2:
        return 0.0
    shares = some.value_counts()["count"] / some.len()
    agree = float((shares**2).sum())
    # 1 - agree is 0 for one value everywhere.
    return filled**2 * (1 - agree) * min(24.0, -_log2(agree))


def _log2(share: float) -> float:
    from math import log2

    return log2(max(share, 2.0**-60))


def kinds_of(table: pl.DataFrame) -> dict[str, str | None]:
    """What each column holds.

    Names of two words are last names, as in Spain, where another column has the first names.
    """
    kinds = {name: kind_of(name, table[name]) for name in table.columns}
    if "first_name" in kinds.values() and "last_name" not in kinds.values():
        for name, kind in kinds.items():
            if kind == "full_name" and _kind_by_header(name) == "last_name":
                kinds[name] = "last_name"
    return kinds


def kind_of(name: str, values: pl.Series) -> str | None:
    """What a column holds; None for what says nothing of a person, such as when a row was made."""
    told = _kind_by_header(name)
    if told is not None:
        return _whole_or_last(told, values)
    if _BEHAVIOUR.fullmatch(_plain(name)):
        return None
    sample = values.drop_nulls().unique(maintain_order=True).head(_SAMPLE)
    for kind in ("email", "birth_date", "phone", "code"):
        if list_comparisons()[kind].looks_like(sample):
            return kind
    if is_mostly_dates(sample):
        return None
    if sample.len() < _TEXT_DISTINCT or _share(sample.str.contains(_NUMBER)) > 0.9:
        return "category"
    words = sample.str.count_matches(r"\S+").mean()
    return "street" if isinstance(words, float) and words > _LONG_WORDS else "text"


def _plain(name: str) -> str:
    """A header in words of ASCII, without what an export says around it."""
    folded = " ".join(re.findall(r"[a-z]+|\d+", _ascii(name)))
    return _WHOSE.sub("", _CONTEXT.sub("", folded)) or folded


def _kind_by_header(name: str) -> str | None:
    plain = _plain(name)
    for kind, comparison in list_comparisons().items():
        if comparison.headers is not None and comparison.headers.fullmatch(plain):
            return kind
        if plain == kind.replace("_", " "):
            return kind
    return None


def _whole_or_last(kind: str, values: pl.Series) -> str:
    """What a header such as "nom" means, which some write over last names and some over whole ones.

    A header that says that both are in a cell is believed.
    """
    if kind != "last_name":
        return kind
    return "full_name" if holds_whole_names(values.drop_nulls().unique().head(_SAMPLE)) else kind


def holds_whole_names(values: pl.Series) -> bool:
    """Whether most of the values have two words or more, as first and last name together do."""
    return _share(applied(fold, values).str.count_matches(r"\S+") >= _WHOLE_NAME) >= _MOSTLY


def _with_numbers(fields: tuple[Field, ...], table: pl.DataFrame) -> tuple[Field, ...]:
    """A line that begins with the number in the street is two fields."""
    if any(field.kind == "house_number" for field in fields):
        return fields
    for field in fields:
        if field.kind == "street" and _share(table[field.column].str.contains(_LEADS)) > _SOME_LEAD:
            return (*fields, Field(field.column, "house_number"))
    return fields


def _ascii(name: str) -> str:
    from unicodedata import normalize

    written_out = "".join(LETTERS.get(letter, letter) for letter in name.lower())
    return normalize("NFKD", written_out).encode("ascii", "ignore").decode().lower()


def _share(flags: pl.Series) -> float:
    share = flags.mean()
    return share if isinstance(share, float) else 0.0


def _one_of_each_name(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Only one column is the first name, one the last; second ones are texts."""
    seen: set[str] = set()
    kept = []
    for field in fields:
        is_second = field.kind in ("first_name", "last_name") and field.kind in seen
        kept.append(Field(field.column, "text") if is_second else field)
        seen.add(field.kind)
    return tuple(kept)
