"""Notice, while a file is imported, that a row brings back somebody who was erased."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from passerelle.consent.suppression.normalisers import NORMALISERS
from passerelle.consent.suppression.personal_values import PersonalValues, values_of_record
from passerelle.consent.suppression.sieving import SortedInts, passing_contacts, spread
from passerelle.consent.suppression.suppression_keys import SIEVE_BITS, SuppressionKeys
from passerelle.consent.suppression.suppression_store import ERASED, OWN
from passerelle.kernel import IdentifierKeys
from passerelle.store import ReadSession, Store

_ERASED = "select entry_id, version from suppressions where list_name = ? and reason = ?"
_STATE = f"select count(*) as entries, max(entry_id) as last_id from ({_ERASED}) e"  # noqa: S608
_KEYS = (
    "select k.key, k.sieve, e.version from suppression_keys k "  # noqa: S608
    f"join ({_ERASED}) e on e.entry_id = k.entry_id"
)
_WHOSE = (OWN, ERASED)


@dataclass(frozen=True, repr=False)
class _Erased:
    """The erased, as of a state of the list."""

    state: tuple[int, int | None]
    keys: SortedInts
    sieves: SortedInts
    versions: tuple[int, ...]


@dataclass
class Screen:
    """Who was erased, as an import asks it for batch after batch of records.

    Most records are let through by their sieve alone, for which the ids that an import makes
    anyhow are almost enough; keys are made for the rest only.
    """

    store: Store
    keys: IdentifierKeys
    _erased: _Erased | None = field(default=None, repr=False)

    def __call__(self, records: pl.DataFrame, identifiers: pl.DataFrame) -> pl.Series:
        """Whether each record is of somebody who was erased, in the order of the records.

        Args:
            records: record_id, first_name_key, last_name_key, birth_name_key, birth_date,
                address_id, postcode, normalized; one row each.
            identifiers: record_id, identifier_id, type, value.
        """
        erased = self._read()
        rows = records.select(
            "normalized", "address_id", "postcode", at=pl.int_range(records.height, eager=True)
        )
        if not len(erased.keys):
            return rows.select(is_erased=pl.col("at") < 0)["is_erased"]
        maybe = rows.filter(self._may_be(records, identifiers, erased.sieves))
        hits = [
            at
            for normalized, address_id, postcode, at in maybe.iter_rows()
            if self._is_erased(values_of_record(normalized, address_id, postcode), erased)
        ]
        return rows.select(is_erased=pl.col("at").is_in(hits))["is_erased"]

    def _read(self) -> _Erased:
        """Who was erased, read again if that has changed since the last batch."""
        with self.store.reading() as reading:
            (row,) = reading.fetch(_STATE, _WHOSE).to_pylist()
            state = (row["entries"], row["last_id"])
            if self._erased is None or self._erased.state != state:
                self._erased = _read_erased(reading, state)
        return self._erased

    def _may_be(
        self, records: pl.DataFrame, identifiers: pl.DataFrame, sieves: SortedInts
    ) -> pl.Series:
        """Whether anything by which a record can be known passes the sieve."""
        contacts = identifiers.filter(pl.col("type").is_in(("email", "phone")))
        known = contacts.filter(passing_contacts(contacts, sieves, self._made))
        homes = records["address_id"].fill_null(0) & SIEVE_BITS
        is_little_known = records["birth_date"].is_null() & records["address_id"].is_null()
        return (
            records["record_id"].is_in(known["record_id"].implode())
            | pl.Series(sieves.holds(homes))
            | self._passing_names(records, "birth_date", sieves)
            | self._passing_names(records, "postcode", sieves, among=is_little_known)
        )

    def _passing_names(
        self, records: pl.DataFrame, what: str, sieves: SortedInts, among: pl.Series | None = None
    ) -> pl.Series:
        """Records whose names pass, with their birth date or their postcode."""
        passing = pl.Series([False]).new_from_index(0, records.height)
        for last in ("last_name_key", "birth_name_key"):
            named = records.select(_names_text(last, what)).to_series()
            is_whole = named.is_not_null() if among is None else named.is_not_null() & among
            held = sieves.holds(self._made.sieves("name", named.filter(is_whole).to_list()))
            passing = passing | spread(is_whole, held)
        return passing

    @cached_property
    def _made(self) -> SuppressionKeys:
        return SuppressionKeys(self.keys)

    def _is_erased(self, values: PersonalValues, erased: _Erased) -> bool:
        return any(
            erased.keys.holds(
                self._made.keys_of(version, list(NORMALISERS[version].asked_texts(values)))
            ).any()
            for version in erased.versions
        )


def _names_text(last: str, what: str) -> pl.Expr:
    """As `normalisers.names_text` writes it; null where a part is missing."""
    names = ("first_name_key", last)
    text = pl.concat_str(pl.min_horizontal(names), pl.max_horizontal(names), what, separator="|")
    return pl.when(pl.all_horizontal(pl.col(names).is_not_null())).then(text)


def _read_erased(reading: ReadSession, state: tuple[int, int | None]) -> _Erased:
    found = reading.fetch(_KEYS, _WHOSE)
    return _Erased(
        state,
        SortedInts.of(found["key"].to_numpy()),
        SortedInts.of(found["sieve"].to_numpy()),
        tuple(sorted(set(found["version"].to_pylist()))),
    )
