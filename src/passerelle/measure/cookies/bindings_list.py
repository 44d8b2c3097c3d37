"""Every binding of a device to a person, with what proves it and whether it still holds."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa

from passerelle.engine import Engine
from passerelle.kernel import InvalidInput, format_id
from passerelle.kernel.language import _
from passerelle.measure.match_inputs import MatchInputs
from passerelle.measure.match_tables import build_match_tables, find_latest_facts
from passerelle.store import Store

_PROOFS = (
    "select e.left_id, e.right_id, e.kind as evidence, e.source, p.event_id as consent_event_id, "
    "p.consent, p.said_at as consent_said_at "
    "from consent_proofs p join edges e on e.edge_id = p.edge_id"
)
_PROOF_COLUMNS = {
    "left_id": pl.Int64,
    "right_id": pl.Int64,
    "evidence": pl.String,
    "source": pl.String,
    "consent_event_id": pl.Int64,
    "consent": pl.String,
    "consent_said_at": pl.Int64,
}
_BINDING = ("device_id", "evidence", "source")


def list_bindings(
    engine: Engine,
    inputs: MatchInputs,
    store: Store,
    *,
    made_at: datetime,
    as_of: date | None = None,
) -> pa.Table:
    """The bindings of devices to people of the base, as of a day.

    Args:
        engine: Runs the SQL.
        inputs: What the match report reads.
        store: Where the proofs of consent are.
        made_at: The present instant.
        as_of: What happened before midnight (UTC) of this day counts; the day after the latest
            event or receipt by default.

    Returns:
        One row per device, evidence and source: profile_id, device_id, type, browser, evidence,
        source, first_seen_at, last_seen_at, consent, consent_event_id, consent_said_at,
        probability that the device is alive, and remaining_days if it is.
    """
    day = as_of or find_latest_facts(engine, inputs).day_after or made_at.date()
    tables = build_match_tables(engine, inputs, as_of=day, devices_per_person=1.0)
    devices = pl.DataFrame(tables.devices).select("device_id", "kind", "browser")
    lives = pl.DataFrame(tables.lives.table).select("device_id", "probability", "remaining_days")
    told = (
        pl.DataFrame(tables.bindings)
        .join(devices, on="device_id")
        .join(lives, on="device_id")
        .join(_proofs(store), on=_BINDING, how="left")
        .sort("profile_id", *_BINDING)
    )
    return told.select(
        _shown("profile_id", "p"),
        _shown("device_id", "d"),
        pl.col("kind").alias("type"),
        "browser",
        "evidence",
        "source",
        "first_seen_at",
        "last_seen_at",
        "consent",
        _shown("consent_event_id", "v"),
        "consent_said_at",
        "probability",
        "remaining_days",
    ).to_arrow()


def write_bindings(bindings: pa.Table, out: Path) -> None:
    """Write bindings to a Parquet file, or to a CSV by its ending.

    Raises:
        InvalidInput: The file cannot be written.
    """
    frame = pl.DataFrame(bindings)
    try:
        if out.suffix == ".csv":
            frame.write_csv(out, datetime_format="%Y-%m-%dT%H:%M:%SZ")
        else:
            frame.write_parquet(out)
    except OSError as error:
        raise InvalidInput(
            _("The bindings cannot be written to {path}: {reason}.").format(
                path=out, reason=error.strerror
            ),
            hint=_("Give --out a file in a folder that you may write to."),
        ) from None


def _proofs(store: Store) -> pl.DataFrame:
    """The last statement of consent with each binding; the device is at either end of its edge."""
    rows = pl.DataFrame(store.arrow(_PROOFS)).cast(_PROOF_COLUMNS)  # type: ignore[arg-type]
    ends = [rows.with_columns(pl.col(end).alias("device_id")) for end in ("left_id", "right_id")]
    return (
        pl.concat(ends)
        .sort("consent_said_at", "consent_event_id")
        .unique(_BINDING, keep="last", maintain_order=True)
        .select(
            *_BINDING,
            "consent",
            "consent_event_id",
            pl.from_epoch("consent_said_at", time_unit="us").dt.replace_time_zone("UTC"),
        )
    )


def _shown(column: str, prefix: str) -> pl.Expr:
    return pl.col(column).map_elements(
        lambda number: format_id(number, prefix), return_dtype=pl.String
    )
