"""Builds the quality report: each part is read once, batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from passerelle.collect import ROW_NUMBER, trim_cells
from passerelle.identifiers import region_of_postcode
from passerelle.measure.quality.address_judging import judge_addresses
from passerelle.measure.quality.address_sample import MOST_JUDGED, AddressSample, RowPlaces
from passerelle.measure.quality.checked import (
    Checked,
    Setting,
    first_of,
    kept,
    with_proposals,
)
from passerelle.measure.quality.column_checks import check_column
from passerelle.measure.quality.column_profile import ColumnProfile
from passerelle.measure.quality.customers import CustomerCount
from passerelle.measure.quality.mendings import MENDINGS
from passerelle.measure.quality.name_pairs import find_swapped
from passerelle.measure.quality.place_checks import is_abroad
from passerelle.measure.quality.place_pairs import PlaceChecker
from passerelle.measure.quality.quality_parts import QualityPart, RowBatch
from passerelle.measure.quality.quality_report import (
    FORMAT,
    PartQuality,
    QualityReport,
    RefusedRows,
)
from passerelle.measure.quality.row_reading import CheckedRows, read_rows
from passerelle.postal import Gazetteer, load_gazetteer

_VALUES_HELD = 32_000_000
"""Values of all columns together that are counted exactly: 12 bytes each, at most 400 MB."""


def build_quality_report(
    parts: Sequence[QualityPart],
    *,
    made_at: datetime,
    source: str | None = None,
    quarantine: Iterable[RefusedRows] = (),
    gazetteer: Gazetteer | None = None,
    progress: Callable[[int], None] = lambda _rows: None,
) -> QualityReport:
    """Read every row once, and say how good the columns are and what mending would bring.

    Args:
        parts: What is read.
        made_at: Now; ages are counted from here.
        source: Whose records they are, when they are those of a source.
        quarantine: Rows that wait beside them, by reason.
        gazetteer: The reference tables of addresses; those of the package unless given.
        progress: Told how many more rows were read.
    """
    width = sum(len(_claims(part)) for part in parts)
    capacity = _VALUES_HELD // max(width, 1)
    gazetteer = gazetteer or load_gazetteer()
    customers, sample, refused = CustomerCount(), AddressSample(MOST_JUDGED), Counter[str]()
    readers = [_PartReader.of(part, capacity, made_at, gazetteer) for part in parts]
    for reader in readers:
        for batch in reader.part.batches():
            reader.read(batch, customers, sample)
            refused.update(batch.refused)
            progress(batch.rows.height + sum(batch.refused.values()))
    counted = customers.finish()
    return QualityReport(
        format=FORMAT,
        made_at=made_at,
        source=source,
        parts=tuple(reader.summary() for reader in readers),
        columns=tuple(each.finish() for reader in readers for each in reader.profiles.values()),
        customers=counted.customers,
        reach=counted.reach,
        gains=counted.gains,
        addresses=judge_addresses(sample, counted.numbers, gazetteer),
        refused=tuple(RefusedRows(*each) for each in refused.most_common()),
        quarantine=tuple(quarantine),
    )


def _claims(part: QualityPart) -> dict[str, tuple[str | None, float]]:
    """The columns of a part, each with the first field it feeds and how sure that is."""
    claims: dict[str, tuple[str | None, float]] = {}
    for each in part.mapping.columns:
        claims.setdefault(each.column, (each.field, each.confidence))
    return claims


@dataclass
class _PartReader:
    """Reads one part."""

    part: QualityPart
    setting: Setting
    profiles: dict[str, ColumnProfile]
    places: PlaceChecker
    rows: int = 0

    @classmethod
    def of(
        cls, part: QualityPart, capacity: int, made_at: datetime, gazetteer: Gazetteer
    ) -> _PartReader:
        """A part that no row was read of yet."""
        profiles = {
            column: ColumnProfile(part.name, column, field, confidence, capacity)
            for column, (field, confidence) in _claims(part).items()
        }
        mapping = part.mapping
        setting = Setting(
            None, made_at.date(), date_order=mapping.date_order, namespace=mapping.namespace
        )
        return cls(part, setting, profiles, PlaceChecker(gazetteer))

    def read(self, batch: RowBatch, customers: CustomerCount, sample: AddressSample) -> None:
        """Take in a batch of rows."""
        present = [column for column in self.profiles if column in batch.rows.columns]
        cells = trim_cells(batch.rows.select(present))
        numbers = batch.rows[ROW_NUMBER]
        checked = self._check(cells)
        by_field: dict[str, list[Checked]] = {}
        cells_of: dict[str, list[pl.Series]] = {}
        proposed = Counter[str]()
        for column, each in checked.items():
            profile = self.profiles[column]
            profile.add(batch.file, numbers, cells[column], each)
            by_field.setdefault(profile.field or "", []).append(each)
            cells_of.setdefault(profile.field or "", []).append(cells[column])
            proposed.update({c: s.len() - s.null_count() for c, s in each.proposals.items()})
        rows = CheckedRows(cells.height, by_field, cells_of, self._ids(cells, by_field))
        facts = read_rows(rows)
        sample.add(rows, facts, RowPlaces(batch.file, numbers, first=customers.rows))
        customers.add(facts, {code: proposed[code] for code in MENDINGS})
        self.rows += cells.height

    def summary(self) -> PartQuality:
        """The part as the report names it."""
        return PartQuality(self.part.name, self.rows, self.part.mapping.layout, self.part.notes)

    def _check(self, cells: pl.DataFrame) -> dict[str, Checked]:
        countries = self._first("country", cells)
        postcodes = self._first("postcode", cells)
        abroad = None if countries is None else is_abroad(countries)
        regions = None if postcodes is None else region_of_postcode(postcodes)
        checked = {}
        for column in cells.columns:
            setting = Setting(
                self.profiles[column].field,
                self.setting.today,
                self.setting.date_order,
                self.setting.namespace,
                regions,
                abroad,
            )
            checked[column] = check_column(cells[column], setting)
        return self._with_names(self._with_places(checked, abroad))

    def _with_names(self, checked: dict[str, Checked]) -> dict[str, Checked]:
        """The columns, with the last names that are in the place of first names."""
        first, last = (self._column(field, checked) for field in ("first_name", "last_name"))
        if first is None or last is None:
            return checked
        swapped = find_swapped(checked[first].values, checked[last].values)
        return {**checked, last: with_proposals(checked[last], {"names_swapped": swapped})}

    def _column(self, field: str, checked: dict[str, Checked]) -> str | None:
        """The first column of the rows that feeds a field."""
        columns = self.part.mapping.columns_for(field)
        return next((name for name in columns if name in checked), None)

    def _with_places(
        self, checked: dict[str, Checked], abroad: pl.Series | None
    ) -> dict[str, Checked]:
        """The columns, with what the postcode and the city of a row say of each other."""
        postcode, city = (self._column(field, checked) for field in ("postcode", "city"))
        if postcode is None or city is None:
            return checked
        said = checked[postcode]
        known = first_of(said.values, said.proposals["postcode_zero"])
        unsaid = known.is_null() & said.refusals.is_null()
        pairs = self.places.check(known, checked[city].values, abroad)
        filled = kept(pairs.postcode, unsaid)
        return {
            **checked,
            postcode: with_proposals(said, {"postcode_filled": filled}),
            city: with_proposals(
                checked[city],
                {"city_filled": pairs.city, "city_spelling": pairs.respelt},
                {"strange_place": pairs.is_strange},
            ),
        }

    def _first(self, field: str, cells: pl.DataFrame) -> pl.Series | None:
        columns = [name for name in self.part.mapping.columns_for(field) if name in cells.columns]
        return first_of(*(cells[name] for name in columns)) if columns else None

    def _ids(self, cells: pl.DataFrame, by_field: dict[str, list[Checked]]) -> pl.Series | None:
        """What tells a customer of this part from another, when a column does."""
        if self.part.id_column is not None:
            return cells[self.part.id_column]
        numbers = [each.values for each in by_field.get("customer_number", [])]
        # A key is its source's own: two files may use the same for two people.
        keys = [
            pl.select(key=pl.concat_str(pl.lit(f"{self.part.name}\n"), each.values))["key"]
            for each in by_field.get("record_key", [])
        ]
        return first_of(*numbers, *keys) if numbers or keys else None
