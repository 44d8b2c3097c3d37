"""Files of people to reach for a purpose: each row has a permit and its proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from passerelle.consent.gate import Gate, Permit, list_permits, select_audience
from passerelle.engine import Engine
from passerelle.identify import PROFILE_PREFIX
from passerelle.kernel import InvalidInput, format_id
from passerelle.kernel.language import _
from passerelle.store import Store

EVENT_PREFIX = "v"
"""Of what was said, as people see its id."""
_AT_ONCE = 500  # databases limit how many values a statement takes
_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("profile_id", "type", "value", "proof", "policy")]
)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell may not begin with: a spreadsheet would run it (OWASP, CSV injection)."""


@dataclass(frozen=True)
class Audience:
    """For what a file is made.

    Args:
        purpose: A purpose's key in the policy.
        channel: A channel.
        at: The instant that is asked about; now unless given.
    """

    purpose: str
    channel: str
    at: datetime | None = None


@dataclass(frozen=True)
class AudienceWritten:
    """What a file holds: profiles that were selected, those still permitted at writing, rows."""

    selected: int
    profiles: int
    rows: int


def write_audience(
    gate: Gate,
    engine: Engine,
    audience: Audience,
    path: Path,
    *,
    progress: Callable[[int], None] = lambda _profiles: None,
) -> AudienceWritten:
    """Write who may be reached to a CSV or Parquet file; it is there whole, or not at all.

    Everybody is selected at once, and asked about again when their row is written.

    Raises:
        InvalidInput: The file is of no known kind, or cannot be written.
    """
    selected = select_audience(gate, engine, audience.purpose, audience.channel, at=audience.at)
    rows = 0
    profiles: set[int] = set()
    draft = path.with_name(f".{path.name}.part")
    try:
        with _open_writer(draft, path.suffix) as writer:
            for permits in list_permits(
                gate, selected, audience.purpose, audience.channel, at=audience.at
            ):
                writer.write_table(_table(gate.store, permits, path.suffix))
                rows += len(permits)
                profiles.update(each.profile_id for each in permits)
                progress(len(permits))
        draft.replace(path)
    except OSError as error:
        raise InvalidInput(
            _("{path} cannot be written: {reason}.").format(path=path, reason=error.strerror),
            hint=_("Give --out a file in a folder that you may write to."),
        ) from None
    finally:
        draft.unlink(missing_ok=True)
    return AudienceWritten(len(selected), len(profiles), rows)


def _open_writer(path: Path, suffix: str) -> pa.csv.CSVWriter | pa.parquet.ParquetWriter:
    if suffix == ".csv":
        return pa.csv.CSVWriter(path, _SCHEMA)
    if suffix == ".parquet":
        return pa.parquet.ParquetWriter(path, _SCHEMA)
    raise InvalidInput(
        _("It is not said what kind of file to write."),
        hint=_("Let its name end with .csv or .parquet."),
    )


def _table(store: Store, permits: Sequence[Permit], suffix: str) -> pa.Table:
    """The rows of permits; nothing that has none can be among them."""
    values = dict(_values(store, [each.subject_id for each in permits]))
    shown = (values[each.subject_id] for each in permits)
    return pa.table(
        {
            "profile_id": [format_id(each.profile_id, PROFILE_PREFIX) for each in permits],
            "type": [each.subject_type for each in permits],
            "value": [_harmless(value) if suffix == ".csv" else value for value in shown],
            "proof": [
                None if each.proof is None else format_id(each.proof, EVENT_PREFIX)
                for each in permits
            ],
            "policy": [each.policy_version for each in permits],
        },
        schema=_SCHEMA,
    )


def _values(store: Store, identifier_ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    for start in range(0, len(identifier_ids), _AT_ONCE):
        some = list(identifier_ids[start : start + _AT_ONCE])
        rows = store.rows(
            "select identifier_id, value from identifiers "  # noqa: S608
            f"where identifier_id in ({', '.join('?' * len(some))})",
            some,
        )
        yield from ((row["identifier_id"], row["value"]) for row in rows)


def _harmless(value: str) -> str:
    is_phone = value.startswith("+") and value[1:].isdecimal()
    return f"'{value}" if value.startswith(_DANGEROUS) and not is_phone else value
