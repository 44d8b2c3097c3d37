"""Addresses of rows, to be standardized: all of them, or those of people drawn evenly.

People are drawn by the hash of their name, so that all rows of one person are drawn or none is: of
two spellings of one person's address both are seen. When too many rows wait, half of the hashes
are left out, and so on; what is kept does not depend on the order of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from passerelle.measure.quality.checked import first_of
from passerelle.measure.quality.row_reading import CheckedRows, RowFacts
from passerelle.measure.quality.value_tally import value_hashes

MOST_JUDGED = 20_000
"""Rows whose addresses are standardized, at most: a share is then right to about one point."""

PIECES = ("address_1", "address_2", "address_3", "postcode", "city", "country")
"""Fields of an address, as they are written."""

_ALL_HASHES = 1 << 64
_SCHEMA = {
    **dict.fromkeys(PIECES, pl.String),
    "row": pl.Int64,
    "file": pl.Categorical,
    "number": pl.Int64,
    "name": pl.UInt64,
}


@dataclass(frozen=True)
class RowPlaces:
    """Where the rows of a batch are: in a file, by its row numbers, and from `first` of all."""

    file: str
    numbers: pl.Series
    first: int


class AddressSample:
    """Rows with an address; grows by batches."""

    def __init__(self, most: int) -> None:
        """Keep at most `most` rows, but for a name that more rows bear."""
        self.rows = 0
        self._most = most
        self._halvings = 0
        self._kept: list[pl.DataFrame] = []
        self._waiting = 0

    def add(self, rows: CheckedRows, facts: RowFacts, places: RowPlaces) -> None:
        """Take in a batch."""
        written = pl.DataFrame({name: rows.written(name) for name in PIECES}).with_columns(
            postcode=first_of(rows.proposed("postcode_zero"), rows.written("postcode"))
        )
        text = written.select(text=pl.concat_str(PIECES[:-1], separator=" ", ignore_nulls=True))[
            "text"
        ]
        found = written.with_columns(
            pl.int_range(places.first, places.first + rows.height).alias("row"),
            file=pl.lit(places.file, pl.Categorical),
            number=places.numbers.cast(pl.Int64),
            name=facts.name_hashes,
            drawn=first_of(facts.name_hashes, value_hashes(text)),
        ).filter(text != "")
        self.rows += found.height
        self._kept.append(self._drawn(found))
        self._waiting += self._kept[-1].height
        while self._waiting > self._most and self._halvings < 63:
            self._halvings += 1
            self._kept = [self._drawn(each) for each in self._kept]
            self._waiting = sum(each.height for each in self._kept)

    def judged(self) -> pl.DataFrame:
        """The rows that were drawn, in their order.

        Columns: `PIECES`; row, counted over all batches; file and number, as a spreadsheet counts;
        name, the hash of the whole name or null.
        """
        empty = pl.DataFrame(schema=_SCHEMA)
        return pl.concat([empty, *(each.drop("drawn") for each in self._kept)])

    def _drawn(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.filter(pl.col("drawn") < _ALL_HASHES >> self._halvings)
