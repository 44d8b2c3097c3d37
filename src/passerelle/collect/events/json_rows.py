"""Records as JSON objects, for formats that are read one record at a time."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from passerelle.collect.events.event_format import Records, RejectedRow

_decode = msgspec.json.Decoder().decode

_Read = tuple[int, Mapping[str, object], str]


def read_objects(
    records: Records, max_bytes: int | None
) -> tuple[list[_Read], tuple[RejectedRow, ...]]:
    """Row number, object and text of each record that is an object, and the others refused."""
    good: list[_Read] = []
    rejected: list[RejectedRow] = []
    for row, line in zip(records.row_numbers, records.lines, strict=True):
        value, reason, detail = _read_object(line, max_bytes)
        text = line.decode(errors="replace")
        if value is None:
            rejected.append(RejectedRow(row, reason, detail, text))
        else:
            good.append((row, value, text))
    return good, tuple(rejected)


def nested(value: Mapping[str, object], *path: str) -> Mapping[str, object]:
    """The object at the end of a path of names; empty if any step is missing or is no object.

    >>> nested({"device": {"web_info": {"browser": "Chrome"}}}, "device", "web_info")
    {'browser': 'Chrome'}
    """
    for name in path:
        inner = value.get(name)
        value = inner if isinstance(inner, Mapping) else {}
    return value


def _read_object(
    line: bytes, max_bytes: int | None
) -> tuple[Mapping[str, object] | None, str, str]:
    if max_bytes is not None and len(line) > max_bytes:
        return None, "too_large", f"{len(line)} bytes"
    try:
        line.decode()
        value = _decode(line)
    except UnicodeDecodeError as error:
        return None, "bad_encoding", f"byte {error.start}"
    except (msgspec.DecodeError, RecursionError) as error:
        return None, "bad_json", str(error)
    return (value, "", "") if isinstance(value, dict) else (None, "not_an_object", "")
