"""Which rows of a file of customers are on a suppression list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from passerelle.collect import propose_mapping
from passerelle.consent.suppression.normalisers import NORMALISERS
from passerelle.consent.suppression.suppression_keys import SuppressionKeys
from passerelle.consent.suppression.suppression_store import find_entries
from passerelle.files import TableFile
from passerelle.identifiers import normalize_column
from passerelle.kernel import IdentifierKeys
from passerelle.store import BulkSession, ReadSession

_FIELDS = {
    "email": "email",
    "email_2": "email",
    "email_sha256": "email",
    "phone_mobile": "phone",
    "phone_home": "phone",
}
_AT_ONCE = 50_000


@dataclass(frozen=True)
class ListedRow:
    """A row of a file of which an e-mail or a phone is on a list that is in force."""

    row_number: int
    type: str
    list_name: str
    reason: str
    channels: tuple[str, ...]
    listed_at: datetime


def check_file(
    reading: ReadSession | BulkSession, table: TableFile, keys: IdentifierKeys, at: datetime
) -> list[ListedRow]:
    """The rows of a file whose e-mails or phones are listed at an instant, in their order."""
    mapping = propose_mapping(table.columns, table.sample(), kind="records")
    columns = [
        (each.column, _FIELDS[each.field]) for each in mapping.columns if each.field in _FIELDS
    ]
    makes = SuppressionKeys(keys)
    found: list[ListedRow] = []
    for batch in table.batches(_AT_ONCE):
        numbers = batch.frame["row_number"].to_list()
        for column, type_name in columns:
            values = normalize_column(type_name, batch.frame[column]).values.to_list()
            told = [pair for pair in zip(numbers, values, strict=True) if pair[1] is not None]
            for version, normaliser in NORMALISERS.items():
                texts = [normaliser.contact_text(type_name, value).text for _row, value in told]
                asked = makes.keys(version, type_name, texts).tolist()
                entries = find_entries(reading, asked)
                found += [
                    ListedRow(
                        row, type_name, entry.list_name, entry.reason, entry.channels,
                        entry.listed_at,
                    )
                    for (row, _value), key in zip(told, asked, strict=True)
                    for entry in entries.get(key, ())
                    if entry.counts_at(at)
                ]  # fmt: skip
    return sorted(found, key=lambda each: (each.row_number, each.type, each.list_name))
