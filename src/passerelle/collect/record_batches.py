"""From mapped rows to records: normalised values, identifiers with their ids, names to compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl

from passerelle.collect.addresses_of_records import dwellings
from passerelle.collect.identifier_ids import may_link, type_ids
from passerelle.collect.own_blocked_values import BlockedValues
from passerelle.collect.quarantine import BadRow
from passerelle.collect.sources import SourceRef
from passerelle.collect.warehouse import Screen, let_all_in
from passerelle.identifiers import (
    NormalizedColumn,
    display_name,
    find_title,
    first_name_keys,
    last_name_keys,
    normalize_column,
    parse_full_name,
    region_of_postcode,
)
from passerelle.kernel import IdentifierKeys
from passerelle.kernel.language import _
from passerelle.store import to_micros

RECORD = "record"

IDENTIFIER_FIELDS = {
    "customer_number": "customer_number",
    "loyalty_card": "loyalty_card",
    "login": "login",
    "email": "email",
    "email_2": "email",
    "email_sha256": "email",
    "phone_mobile": "phone",
    "phone_home": "phone",
    "cookie": "cookie",
    "mobile_id": "mobile_id",
}
"""The identifier type of each field that holds one."""

# What a record is called when its source gives it no key: the first of these that it has.
_KEY_FIELDS = ("customer_number", "login", "loyalty_card", "email", "email_sha256", "phone_mobile")

KNOWING_NAMES = ("last_name", "first_name", "full_name")
"""The names by which a person is known, when no identifier is given."""

_NAME_FIELDS = ("title", "first_name", "last_name", "birth_name")
_ADDRESS_FIELDS = ("address_1", "address_2", "address_3", "postcode", "city", "country")
_COMPANY_NUMBERS = ("siren", "siret", "vat")  # field and identifier type; never edges of a person
_PLAIN_FIELDS = ("gender", "company", *_COMPANY_NUMBERS, "language")


@dataclass(frozen=True)
class RecordBatch:
    """Rows ready to be written.

    records: one row per record: record_id, record_key, row_number, content_hash, observed_at,
        received_at, first_name_key, last_name_key, birth_date, original, normalized; and where it
        says its person lives: address_id, unit, postcode, birth_name_key, name_words, declared_id
        (see `dwellings`).
    identifiers: one row per identifier of a record: record_id, identifier_id, type, value,
        judgement, may_link.
    older: versions of these records that the same rows also told, the last one said last.
    """

    source: SourceRef
    number: int
    rows: int
    repeated: int
    records: pl.DataFrame
    identifiers: pl.DataFrame
    bad_rows: tuple[BadRow, ...]
    counts: Counter[str]
    older: pl.DataFrame


@dataclass(frozen=True)
class RecordReader:
    """How the rows of one source become records."""

    source: SourceRef
    keys: IdentifierKeys
    namespace: str
    received_at: datetime
    blocked: BlockedValues = field(default_factory=dict)
    screen: Screen = let_all_in

    def read(
        self, mapped: pl.DataFrame, number: int, rows: int, bad_rows: tuple[BadRow, ...]
    ) -> RecordBatch:
        """A batch of mapped rows as records.

        Args:
            mapped: Canonical fields as text, `row_number`, `original`; birth dates as ISO texts,
                `updated_at` as instants.
            number: Position of the batch in the file.
            rows: Rows of the file that the batch stands for, bad ones included.
            bad_rows: Rows that could not even be read.
        """
        counts: Counter[str] = Counter()
        values = self._names(mapped)
        columns = self._identifiers(values, counts)
        values = values.with_columns(columns[field].values.alias(field) for field in columns)
        births = self._births(values, counts)
        values = values.with_columns(births, *_company_numbers(values))
        keyed = self._keyed(values)
        known, nameless = _split(keyed)
        records = self._records(known)
        identifiers = self._long(records["record_id"], columns, keyed["is_known"])
        records, identifiers, erased = self._screened(records, identifiers)
        unique = _present(records)
        return RecordBatch(
            source=self.source,
            number=number,
            rows=rows,
            repeated=records.height - unique.height,
            records=unique,
            identifiers=identifiers.unique(["record_id", "identifier_id"], maintain_order=True),
            bad_rows=(*bad_rows, *nameless, *erased),
            counts=counts,
            older=_older(records, unique),
        )

    def _names(self, mapped: pl.DataFrame) -> pl.DataFrame:
        """Names as they are written on an envelope; a name in one cell is taken apart."""
        named = mapped
        if "full_name" in mapped.columns:
            parts = _full_names(mapped["full_name"])
            named = mapped.with_columns(
                pl.coalesce(*([name] if name in mapped.columns else []), parts[name]).alias(name)
                for name in _NAME_FIELDS
            )
        return named.with_columns(
            _each_once(named[name], find_title if name == "title" else display_name)
            for name in _NAME_FIELDS
            if name in named.columns
        )

    def _identifiers(
        self, values: pl.DataFrame, counts: Counter[str]
    ) -> dict[str, NormalizedColumn]:
        region = region_of_postcode(values["postcode"]) if "postcode" in values.columns else None
        columns = {}
        for name, type_name in IDENTIFIER_FIELDS.items():
            if name not in values.columns:
                continue
            column = normalize_column(
                type_name,
                values[name],
                region=region,
                namespace=self.namespace,
                blocked=self.blocked.get(type_name, frozenset()),
                today=self.received_at.date(),
            )
            columns[name] = column
            _count(type_name, column, counts)
        return columns

    def _births(self, values: pl.DataFrame, counts: Counter[str]) -> list[pl.Series]:
        if "birth_date" not in values.columns:
            return []
        column = normalize_column("birth_date", values["birth_date"], today=self.received_at.date())
        # The date was read with the file's own order of day and month: what is left is no date.
        reasons = column.reasons.replace("invalid_syntax", "bad_date")
        _count("birth_date", replace(column, reasons=reasons), counts)
        usable = may_link("birth_date", column.judgements) & column.values.is_not_null()
        return [
            column.values.alias("birth_date"),
            column.values.zip_with(
                usable, pl.Series([None], dtype=pl.String).new_from_index(0, usable.len())
            ).alias("comparable_birth_date"),
        ]

    def _keyed(self, values: pl.DataFrame) -> pl.DataFrame:
        """Rows with their record key, and whether there is anything to know the person by."""
        present = set(values.columns)
        # A partner may know one person by several cookies: each row is a fact of its own.
        names = () if self.source.kind == "partner" else _KEY_FIELDS
        # Within a source, who issued a number goes without saying.
        fallbacks = [
            pl.col(name).str.strip_prefix(f"{self.namespace}:") for name in names if name in present
        ]
        own = (
            [pl.col("record_key").str.strip_chars().replace("", None)]
            if ("record_key" in present)
            else []
        )
        named = [
            pl.col(name).str.strip_chars().replace("", None).is_not_null()
            for name in ("last_name", "first_name")
            if name in present
        ]
        content = self.keys.identifier_ids("content", values["original"])
        return values.with_columns(
            pl.coalesce(*own, *fallbacks, pl.lit(None, pl.String)).alias("key"),
            pl.any_horizontal(
                *(pl.col(f).is_not_null() for f in IDENTIFIER_FIELDS if f in present),
                *named,
                pl.lit(False),
            ).alias("is_known"),
            pl.Series("content_hash", content),
        ).with_columns(
            pl.coalesce("key", pl.format("content-{}", "content_hash")).alias("record_key")
        )

    def _records(self, known: pl.DataFrame) -> pl.DataFrame:
        first = _or_null(known, "first_name")
        last = _or_null(known, "last_name")
        births = _or_null(known, "comparable_birth_date")
        keys = known["record_key"].str.replace("^", f"{self.source.name}:", literal=False)
        last_keys = last_name_keys(last)
        received = to_micros(self.received_at)
        observed = _or_null(known, "updated_at")
        return pl.DataFrame(
            {
                "record_id": self.keys.identifier_ids(RECORD, keys),
                "record_key": known["record_key"],
                "row_number": known["row_number"],
                "content_hash": known["content_hash"],
                "observed_at": _micros(observed, latest=received),
                "received_at": pl.Series([received]).new_from_index(0, known.height),
                "first_name_key": first_name_keys(first),
                "last_name_key": last_keys,
                "birth_date": births,
                **dwellings(known, self.keys, self.namespace).to_dict(),
                "original": known["original"],
                "normalized": _normalized(known),
            }
        )

    def _screened(
        self, records: pl.DataFrame, identifiers: pl.DataFrame
    ) -> tuple[pl.DataFrame, pl.DataFrame, tuple[BadRow, ...]]:
        """The batch without those who were erased, and their rows."""
        is_erased = self.screen(records, identifiers)
        if not is_erased.any():
            return records, identifiers, ()
        erased = records.filter(is_erased)
        kept = records.filter(~is_erased)
        return kept, identifiers.join(kept, on="record_id", how="semi"), _come_back(erased)

    def _long(
        self, record_ids: pl.Series, columns: dict[str, NormalizedColumn], is_known: pl.Series
    ) -> pl.DataFrame:
        parts = []
        for name, column in columns.items():
            type_name = IDENTIFIER_FIELDS[name]
            values = column.values.filter(is_known)
            judged = column.judgements.filter(is_known)
            some = values.is_not_null() & (judged != "blocked")
            values, judged = values.filter(some), judged.filter(some)
            parts.append(
                pl.DataFrame(
                    {
                        "record_id": record_ids.filter(some),
                        "identifier_id": type_ids(type_name, values, self.keys),
                        "type": pl.Series([type_name], dtype=pl.String).new_from_index(
                            0, values.len()
                        ),
                        "value": values,
                        "judgement": judged,
                        "may_link": may_link(type_name, judged),
                    }
                )
            )
        return pl.concat(parts) if parts else pl.DataFrame(schema=_LONG)


_LONG = {
    "record_id": pl.Int64,
    "identifier_id": pl.Int64,
    "type": pl.String,
    "value": pl.String,
    "judgement": pl.String,
    "may_link": pl.Boolean,
}


def _present(records: pl.DataFrame) -> pl.DataFrame:
    """One row a record: the last change if all its rows are dated, else the last row."""
    if records["record_id"].n_unique() == records.height:
        return records
    is_dated = (pl.col("observed_at") < pl.col("received_at")).all().over("record_id")
    last_change = pl.col("observed_at").max().over("record_id")
    return records.filter(~is_dated | (pl.col("observed_at") == last_change)).unique(
        "record_id", keep="last", maintain_order=True
    )


def _older(records: pl.DataFrame, present: pl.DataFrame) -> pl.DataFrame:
    if records.height == present.height:
        return records.clear()
    version = ["record_id", "content_hash"]
    return records.join(present, on=version, how="anti", maintain_order="left").unique(
        version, keep="last", maintain_order=True
    )


def _split(keyed: pl.DataFrame) -> tuple[pl.DataFrame, tuple[BadRow, ...]]:
    nameless = keyed.filter(~pl.col("is_known")).select("row_number", "original")
    detail = _(
        "Neither an identifier that can be used (e-mail, phone, card, number, login) nor a name is "
        "in this row. Fill in one of them and replay, or drop it."
    )
    bad = tuple(
        BadRow(number, "nothing_to_know_by", detail, original)
        for number, original in nameless.iter_rows()
    )
    return keyed.filter(pl.col("is_known")), bad


def _come_back(erased: pl.DataFrame) -> tuple[BadRow, ...]:
    detail = _(
        "This row brings back somebody whose data were erased. Drop it; if they are a customer "
        "again by their own wish, take them off the suppression list, then replay it."
    )
    return tuple(
        BadRow(number, "erased_person", detail, original)
        for number, original in erased.select("row_number", "original").iter_rows()
    )


def _normalized(known: pl.DataFrame) -> pl.Series:
    """Values as later stages read them, one JSON object a record, in canonical fields."""
    wanted = (*IDENTIFIER_FIELDS, *_NAME_FIELDS, "birth_date", *_ADDRESS_FIELDS, *_PLAIN_FIELDS)
    present = [name for name in wanted if name in known.columns]
    if not present:
        return pl.Series(["{}"]).new_from_index(0, known.height)
    cleaned = known.select(
        pl.col(name).str.strip_chars().replace("", None).alias(name) for name in present
    )
    return cleaned.select(pl.struct(present).struct.json_encode().alias("normalized"))["normalized"]


def _company_numbers(values: pl.DataFrame) -> list[pl.Series]:
    """Numbers of companies in their canonical form; what cannot be read stays in the original."""
    return [
        normalize_column(name, values[name]).values.alias(name)
        for name in _COMPANY_NUMBERS
        if name in values.columns
    ]


def _each_once(texts: pl.Series, change: Callable[[str], str | None]) -> pl.Series:
    """A column changed text by text, each distinct text once; what cannot be changed is kept."""
    distinct = texts.unique().drop_nulls()
    changed = pl.Series([change(text) or text for text in distinct], dtype=pl.String)
    return texts.replace(distinct, changed)


def _full_names(cells: pl.Series) -> pl.DataFrame:
    """Parts of names given in one cell; a couple's or a company's has no first name."""
    rows = []
    for cell in cells.unique().drop_nulls():
        name = parse_full_name(cell)
        if name is not None:
            is_person = name.kind == "person"
            rows.append(
                {
                    "full_name": cell,
                    "title": name.title if is_person else None,
                    "first_name": name.first_name if is_person else None,
                    "last_name": name.last_name,
                    "birth_name": name.birth_name if is_person else None,
                }
            )
    schema = {"full_name": pl.String, **dict.fromkeys(_NAME_FIELDS, pl.String)}
    parts = pl.DataFrame(rows, schema=schema)
    return pl.DataFrame({"full_name": cells}).join(
        parts, on="full_name", how="left", maintain_order="left"
    )


def _or_null(frame: pl.DataFrame, name: str) -> pl.Series:
    if name in frame.columns:
        return frame[name]
    return pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)


def _micros(instants: pl.Series, *, latest: int) -> pl.Series:
    """Microseconds of instants; receipt where there is none or it lies ahead."""
    if not isinstance(instants.dtype, pl.Datetime):
        return pl.Series([latest]).new_from_index(0, instants.len())
    return instants.dt.timestamp("us").fill_null(latest).clip(upper_bound=latest)


def _count(type_name: str, column: NormalizedColumn, counts: Counter[str]) -> None:
    blocked = int((column.judgements == "blocked").sum())
    counts[f"{type_name}/valid"] += column.values.len() - column.values.null_count() - blocked
    for reason, count in column.reasons.drop_nulls().value_counts().iter_rows():
        counts[f"{type_name}/{reason}"] += count
    if blocked:
        counts[f"{type_name}/blocked"] += blocked
