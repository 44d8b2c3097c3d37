"""Files of lists on which people object to prospecting: phones, e-mails, names at addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.collect import propose_mapping
from passerelle.consent.channels import CHANNELS
from passerelle.consent.suppression.normalisers import NORMALISERS, VERSION
from passerelle.consent.suppression.suppression_keys import SuppressionKeys
from passerelle.consent.suppression.suppression_store import (
    KEY_SCHEMA,
    OWN,
    NewEntry,
    list_suppressions,
    next_entry_id,
    put_entry,
    remove_entries,
)
from passerelle.files import TableFile
from passerelle.identifiers import last_name_keys, normalize_column
from passerelle.kernel import IdentifierKeys, InvalidInput
from passerelle.kernel.language import _
from passerelle.postal import address_keys
from passerelle.store import Store

_AT_ONCE = 200_000
_NORMALISER = NORMALISERS[VERSION]

KNOWN_LISTS = MappingProxyType({"bloctel": ("phone",), "robinson": ("email", "post", "sms")})
"""Lists by name, with the channels that they close."""

_CONTACT_FIELDS = (
    ("phone_mobile", "phone"), ("phone_home", "phone"), ("email", "email"),
    ("email_sha256", "email"),
)  # fmt: skip
_HOME_FIELDS = ("last_name", "address_1", "postcode")

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ListFile:
    """A file of a list.

    Args:
        table: The file, opened; its columns are understood as those of customers are.
        list_name: `bloctel`, `robinson`, or the retailer's own name for it.
        channels: Those that it closes.
        listed_at: Since when it counts.
        expires_at: The last instant at which it counts; None if it has no end.
    """

    table: TableFile
    list_name: str
    channels: tuple[str, ...]
    listed_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True)
class ListImported:
    """What came of a file: its rows, those that could not be read, its keys."""

    rows: int
    unreadable: int
    keys: int


def import_list(
    store: Store,
    file: ListFile,
    keys: IdentifierKeys,
    at: datetime,
    *,
    progress: Callable[[int], None] = lambda _rows: None,
) -> ListImported:
    """Put a file of a list in force, in the place of the file that the list had before.

    Raises:
        InvalidInput: The list's name is taken, it closes no channel, or no column can be used.
    """
    _check(file)
    reader = _open_reader(file.table, SuppressionKeys(keys))
    rows = unreadable = 0
    found: list[_Keys] = []
    for batch in file.table.batches(_AT_ONCE):
        made = reader(batch.frame)
        found.append(made)
        rows += batch.frame.height + len(batch.rejected)
        unreadable += batch.frame.height - made.rows + len(batch.rejected)
        progress(batch.frame.height)
    kept = _put(store, file, found, at)
    return ListImported(rows, unreadable, kept)


@dataclass(frozen=True, repr=False)
class _Keys:
    """Keys and sieves of rows of a file, and how many rows could be read."""

    kind: str
    keys: Ints
    sieves: Ints
    rows: int


def _check(file: ListFile) -> None:
    if file.list_name == OWN:
        raise InvalidInput(
            _("The list {name!r} is your own and has no file.").format(name=OWN),
            hint=_("Give the list another name."),
        )
    unknown = [each for each in file.channels if each not in CHANNELS]
    if unknown or not file.channels:
        raise InvalidInput(
            _("It is not said which channels the list closes."),
            hint=_("Use --channel with one of: {names}.").format(names=", ".join(CHANNELS)),
        )


def _open_reader(table: TableFile, makes: SuppressionKeys) -> Callable[[pl.DataFrame], _Keys]:
    """What reads the rows of a file: its phones, or its e-mails, or else its homes."""
    mapping = propose_mapping(table.columns, table.sample(), kind="records")
    columns = {each.field: each.column for each in mapping.columns if each.field is not None}
    for name, type_name in _CONTACT_FIELDS:
        if name in columns:
            column = columns[name]
            return lambda rows: _contact_keys(rows[column], type_name, makes)
    if set(_HOME_FIELDS) <= set(columns):
        names = [columns[each] for each in _HOME_FIELDS]
        return lambda rows: _household_keys(rows.select(names), makes)
    raise InvalidInput(
        _("No column holds phones, e-mails, or last names with addresses."),
        hint=_("Name the column: phone, email, or last_name, address_1 and postcode."),
    )


def _contact_keys(cells: pl.Series, type_name: str, makes: SuppressionKeys) -> _Keys:
    read = normalize_column(type_name, cells)
    is_usable = read.values.is_not_null() & (read.judgements != "blocked")
    texts = [
        _NORMALISER.contact_text(type_name, value).text for value in read.values.filter(is_usable)
    ]
    return _Keys(
        type_name,
        makes.keys(VERSION, type_name, texts),
        makes.sieves(type_name, texts),
        len(texts),
    )


def _household_keys(rows: pl.DataFrame, makes: SuppressionKeys) -> _Keys:
    last, street, postcode = rows.columns
    homes = rows.select(
        name=last_name_keys(rows[last]), home=address_keys(pl.col(street), pl.col(postcode))
    ).drop_nulls()
    address_ids = makes.address_ids(homes["home"])
    texts = [f"{name}|{home}" for name, home in zip(homes["name"], address_ids, strict=True)]
    return _Keys(
        "household",
        makes.keys(VERSION, "household", texts),
        makes.sieves("address", [str(each) for each in address_ids]),
        len(texts),
    )


def _put(store: Store, file: ListFile, found: list[_Keys], at: datetime) -> int:
    keys = np.concatenate([each.keys for each in found] or [np.empty(0, np.int64)])
    sieves = np.concatenate([each.sieves for each in found] or [np.empty(0, np.int64)])
    unique, first = np.unique(keys, return_index=True)
    with store.bulk() as bulk:
        before = [each.entry_id for each in list_suppressions(bulk, list_name=file.list_name)]
        entry_id = next_entry_id(bulk)
        remove_entries(bulk, before)
        for part in _slices(len(unique)):
            rows = pl.DataFrame(
                {
                    "key": unique[part],
                    "entry_id": np.full(len(unique[part]), entry_id),
                    "kind": [found[0].kind] * len(unique[part]),
                    "sieve": sieves[first[part]],
                },
                schema=KEY_SCHEMA,
            )
            bulk.put("suppression_keys", rows.to_arrow(), "(key, entry_id) do nothing")
        entry = NewEntry(
            (), "list", file.listed_at, file.list_name, "objected", file.channels, file.expires_at
        )
        put_entry(bulk, entry_id, entry, learned_at=at, keys=len(unique))
    return len(unique)


def _slices(rows: int) -> Iterator[slice]:
    return (slice(start, start + _AT_ONCE) for start in range(0, rows, _AT_ONCE))
