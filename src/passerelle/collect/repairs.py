"""Mend a quarantined row: change its cells, or give it as it should have been."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from passerelle.collect.quarantine import QuarantinedRow, get_waiting_row
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.store import Store


def repair_row(
    store: Store, row_id: str, changes: Mapping[str, str], *, line: str | None = None
) -> QuarantinedRow:
    """Change cells of a waiting row; it is used at the next replay. The original stays beside it.

    A row that was kept as a line of text (its cells could not be told apart) takes its cells from
    `changes` alone. A field inside an event is named with its path, such as `traits.email`.

    Args:
        store: Where the quarantine is.
        row_id: The row.
        changes: New values by column.
        line: The whole row anew, as a JSON object; `changes` are made to it.

    Raises:
        InvalidInput: There is no such row, it was settled already, it has no such column, or
            `line` is no JSON object.
    """
    row = get_waiting_row(store, row_id)
    said = row.text if line is None else line
    cells = _read_object(said)
    if line is not None and cells is None:
        raise InvalidInput(
            _("The line is not a JSON object."),
            hint=_("Write names and values between braces, such as: {example}").format(
                example='{"type": "identify", "userId": "42"}'
            ),
        )
    if row.kind == "events":
        mended = _change_event(cells, changes)
    else:
        _check_columns(changes, list_columns(store, row))
        mended = {**(cells or {}), **changes}
    with store.bulk() as bulk:
        bulk.execute(
            "update quarantined_rows set repaired = ? where row_id = ? and state = 'waiting'",
            (json.dumps(mended, ensure_ascii=False), row_id),
        )
    return get_waiting_row(store, row_id)


def list_columns(store: Store, row: QuarantinedRow) -> tuple[str, ...]:
    """The columns that a row can have, as its file named them; none if nobody knows."""
    names = dict.fromkeys(read_cells(row.original))
    plans = store.rows("select plan from imports where import_id = ?", (row.import_id,))
    if row.kind in ("records", "notices", "consents") and plans:
        names |= dict.fromkeys(json.loads(plans[0]["plan"])["columns"])
    return tuple(names)


def read_cells(text: str) -> dict[str, str]:
    """The cells of a row that was kept as a JSON object; none if it is a bare line."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in (_read_object(text) or {}).items()
        if value is not None
    }


def _read_object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _check_columns(changes: Mapping[str, str], columns: tuple[str, ...]) -> None:
    unknown = [name for name in changes if columns and name not in columns]
    if unknown:
        raise InvalidInput(
            _("The row has no column {name!r}.").format(name=unknown[0]),
            hint=_("See its columns with: passerelle quarantine show ROW_ID"),
        )


def _change_event(event: dict[str, Any] | None, changes: Mapping[str, str]) -> dict[str, Any]:
    if event is None:
        raise InvalidInput(
            _("This line is no JSON object, so that no field of it can be changed."),
            hint=_("Give the whole event with --line, as JSON."),
        )
    for path, value in changes.items():
        *folders, name = path.split(".")
        inner = event
        for folder in folders:
            below = inner.setdefault(folder, {})
            if not isinstance(below, dict):
                raise InvalidInput(
                    _("In {path!r}, {folder!r} has no fields.").format(path=path, folder=folder),
                    hint=_("Look at the row with: passerelle quarantine show ROW_ID"),
                )
            inner = below
        inner[name] = value
    return event
