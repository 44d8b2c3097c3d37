"""Which layout a file of purchases has, by its columns or by what a person says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from passerelle.collect.receipts.receipt_layout import ReceiptLayout
from passerelle.collect.receipts.receipt_lines import RECEIPT_SCHEMA
from passerelle.collect.receipts.row_file import RowFile
from passerelle.kernel import InvalidInput, load_plugins
from passerelle.kernel.language import _

_SURE_ENOUGH = 0.5
_GENERIC = "generic"
_SHOWN_COLUMNS = 30


def list_receipt_layouts() -> dict[str, ReceiptLayout]:
    """Every receipt layout, by name."""
    return load_plugins(
        "passerelle.collect.receipts.layouts", ReceiptLayout, group="receipt_layouts"
    )


def get_receipt_layout(name: str) -> ReceiptLayout:
    """A receipt layout by name.

    Raises:
        InvalidInput: There is none of that name.
    """
    layouts = list_receipt_layouts()
    if name not in layouts:
        raise InvalidInput(
            _("No receipt layout is called {name!r}.").format(name=name),
            hint=_("The layouts are: {names}.").format(names=", ".join(layouts)),
        )
    return layouts[name]


def detect_layout(columns: Sequence[str]) -> tuple[str, float] | None:
    """The most likely layout of a file with these columns, and how sure; None if none fits.

    >>> detect_layout(["household_id", "basket_id", "sales_value", "transaction_timestamp"])
    ('complete_journey', 1.0)
    """
    sureness = {name: one.recognises(columns) for name, one in list_receipt_layouts().items()}
    best = max(sureness, key=lambda name: sureness[name], default=None)
    return None if best is None or not sureness[best] else (best, sureness[best])


def choose_layout(path: Path, given: str | None, rows: RowFile, mapping: Mapping[str, str]) -> str:
    """The layout a person named, or the one of a mapping, or the one the columns look like.

    Raises:
        InvalidInput: None fits, or the mapping names what is not there.
    """
    if given is not None or rows.pattern is not None:
        return given or str(rows.pattern)
    if mapping:
        _check_mapping(mapping, rows.columns)
        return _GENERIC
    found = detect_layout(rows.columns)
    if found is None or found[1] < _SURE_ENOUGH:
        raise InvalidInput(
            _(
                "No column of {name} was recognised as a receipt number, a date and an amount."
            ).format(name=path.name),
            hint=_("Name them with --mapping. The columns are: {columns}.").format(
                columns=", ".join(rows.columns[:_SHOWN_COLUMNS])
            ),
        )
    return found[0]


def _check_mapping(mapping: Mapping[str, str], columns: Sequence[str]) -> None:
    unknown = [field for field in mapping if field not in RECEIPT_SCHEMA]
    missing = [column for column in mapping.values() if column not in columns]
    if unknown:
        raise InvalidInput(
            _("A receipt has no field {names}.").format(names=", ".join(unknown)),
            hint=_("The fields are: {names}.").format(names=", ".join(RECEIPT_SCHEMA)),
        )
    if missing:
        raise InvalidInput(
            _("The file has no column {names}.").format(names=", ".join(missing)),
            hint=_("Its columns are: {names}.").format(names=", ".join(columns[:_SHOWN_COLUMNS])),
        )


def check_zone(timezone: str) -> str:
    """The name of a time zone, if there is one.

    Raises:
        InvalidInput: There is none.
    """
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(
            _("No time zone is called {name!r}.").format(name=timezone),
            hint=_("Write it like Europe/Paris."),
        ) from error
    return timezone
