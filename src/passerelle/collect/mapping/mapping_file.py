"""Reads back the mapping file that a person corrected, with clear errors."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from passerelle.collect.fields import RecordKind, fields_of
from passerelle.collect.mapping.plan import (
    DATE_ORDERS,
    DEFAULT_NAMESPACE,
    ColumnMapping,
    DateOrder,
    Mapping,
)
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

_KEYS = ("kind", "layout", "date_order", "namespace", "columns")
_KINDS: tuple[RecordKind, ...] = ("records", "receipts")


def read_mapping(path: Path) -> Mapping:
    """The mapping a person wrote or corrected.

    Raises:
        InvalidInput: The file cannot be read, or says something that is not known; the message
            names the key, the hint lists what it may be.
    """
    try:
        with path.open("rb") as stream:
            said = tomllib.load(stream)
    except OSError as error:
        raise InvalidInput(
            _("The mapping {name} cannot be read.").format(name=path.name),
            hint=_("Check the name; --save-mapping writes one to start from."),
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(
            _("The mapping {name} is not valid TOML: {why}").format(name=path.name, why=error),
            hint=_('Names of columns stand between quotes: "Tél. portable" = "phone_mobile".'),
        ) from error
    return parse_mapping(said)


def parse_mapping(said: dict[str, Any]) -> Mapping:
    """The mapping that a TOML file says; see `read_mapping` for its errors."""
    for key in said:
        _one_of(key, key, _KEYS)
    kind = _one_of("kind", said.get("kind", "records"), _KINDS)
    order = _one_of("date_order", said.get("date_order", "dmy"), DATE_ORDERS)
    columns = said.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise InvalidInput(
            _("The mapping has no [columns]."),
            hint=_('Write one line a column under it: "Courriel" = "email".'),
        )
    return Mapping(
        kind=_kind(kind),
        columns=tuple(c for name, value in columns.items() for c in _column(name, value, kind)),
        layout=_text("layout", said["layout"]) if said.get("layout") else None,
        date_order=_order(order),
        namespace=_text("namespace", said.get("namespace", DEFAULT_NAMESPACE)),
    )


def _column(name: str, value: Any, kind: str) -> list[ColumnMapping]:
    why = _("You said so.")
    fields = value if isinstance(value, list) else [value]
    if fields in ([""], []):
        return [ColumnMapping(name, None, 1.0, why)]
    known = fields_of(_kind(kind))
    return [ColumnMapping(name, _one_of(name, field, known), 1.0, why) for field in fields]


def _one_of(key: str, value: Any, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise InvalidInput(
            _("The mapping says {value!r} for {key!r}, which is not known.").format(
                value=value, key=key
            ),
            hint=_("It may be: {allowed}").format(allowed=", ".join(allowed)),
        )
    return value


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidInput(
            _("The mapping must say a text for {key!r}.").format(key=key),
            hint=_("Write it between quotes."),
        )
    return value


def _kind(value: str) -> RecordKind:
    return "records" if value == "records" else "receipts"


def _order(value: str) -> DateOrder:
    return next(order for order in DATE_ORDERS if order == value)
