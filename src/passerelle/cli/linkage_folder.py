"""The folder that `records link` fills: its files, all replaced together or none."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from passerelle.kernel import InvalidInput, system_clock
from passerelle.kernel.language import _

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from passerelle.linkage import ClusterEvent, Field, Linkage, LinkageReport, Model

REPORT = "report.html"
_CLUSTERS, _LINKS, _EVENTS = "clusters.parquet", "links.parquet", "events.parquet"
_MODEL, _RECORDS, _REVIEW = "model.json", "records.parquet", "review.csv"
_OURS = ["source", "record_id"]
_UNFINISHED = ".new-"
_ASKED = 100  # pairs
_EVENT = {"kind": str, "cluster": str, "other": str, "records": int}
_NAMED = {"person": "cluster_id", "household": "household_id"}
"""What has a name that stays from run to run, and the column that holds it."""
_CELL = 200  # characters of a value that a question shows


def save_linkage(
    linkage: Linkage, sources: Sequence[str], ids: Sequence[pl.Series], folder: Path
) -> LinkageReport:
    """Write what linking found; clusters keep the names that an earlier run in the folder gave."""
    import polars as pl

    from passerelle.linkage import (
        build_linkage_report,
        clusters_table,
        links_table,
        model_to_json,
        render_linkage_report,
    )

    with _replacing(folder) as new:
        clusters, events = _named(clusters_table(linkage, sources, ids), folder)
        names = record_names(clusters)
        report = build_linkage_report(linkage, sources=sources, names=names, made_at=system_clock())
        values = pl.DataFrame(linkage.table).rename(_beside_ours, strict=False)
        records = clusters.select(_OURS).hstack(values)
        clusters.write_parquet(new / _CLUSTERS)
        events.write_parquet(new / _EVENTS)
        pl.DataFrame(links_table(linkage, names)).write_parquet(new / _LINKS)
        records.write_parquet(new / _RECORDS)
        _questions(linkage, names).write_csv(new / _REVIEW, include_bom=True)
        (new / _MODEL).write_text(model_to_json(linkage.model, linkage.fields), encoding="utf-8")
        (new / REPORT).write_text(render_linkage_report(report), encoding="utf-8")
    return report


def record_names(records: pl.DataFrame) -> pl.Series:
    """What records are called across files: `SOURCE:ID`."""
    import polars as pl

    return records.select(pl.format("{}:{}", "source", "record_id").alias("name"))["name"]


def read_model(folder: Path) -> tuple[Model, tuple[Field, ...]]:
    """What the run of a folder learned, and of which fields."""
    from passerelle.linkage import model_from_json

    return model_from_json(text_of(folder / _MODEL))


@dataclass(frozen=True, repr=False)  # or a traceback would show people
class LinkedRecords:
    """The records of a run: columns `source` and `record_id`, and what was compared of each."""

    ids: pl.DataFrame
    values: pl.DataFrame


def read_linked_records(folder: Path) -> LinkedRecords:
    """The records of a folder's run, as they were compared."""
    import polars as pl

    try:
        told = pl.read_parquet(folder / _RECORDS)
        return LinkedRecords(told.select(_OURS), told.drop(_OURS).rename(_as_given, strict=False))
    except (OSError, pl.exceptions.PolarsError):
        raise unreadable(folder / _RECORDS) from None


def read_questions(folder: Path) -> list[tuple[str, str]]:
    """The pairs of records that people are asked about, by name, those that teach most first."""
    import polars as pl

    try:
        asked = pl.read_csv(folder / _REVIEW, columns=["left_id", "right_id"], infer_schema=False)
    except (OSError, pl.exceptions.PolarsError):
        raise unreadable(folder / _REVIEW) from None
    return [(str(left), str(right)) for left, right in asked.rows()]


def text_of(file: Path) -> str:
    """A file of the folder, as text."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise unreadable(file) from None


def _beside_ours(name: str) -> str:
    """What a column of the files is called beside our own two: `source` becomes `source_`."""
    return f"{name}_" if name.rstrip("_") in _OURS else name


def _as_given(name: str) -> str:
    """What such a column is called in the files."""
    return name[:-1] if name.rstrip("_") in _OURS else name


def _named(told: pa.Table, folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Clusters and households under the names they had in the folder, and all that happened."""
    import polars as pl

    from passerelle.linkage import carry_names

    empty = pl.DataFrame(
        schema={"of": pl.String, **_EVENT, "happened_at": pl.Datetime("us", "UTC")}
    )
    if not (folder / _CLUSTERS).exists():
        return pl.DataFrame(told), empty
    happened = [empty]
    try:
        before = pl.read_parquet(folder / _CLUSTERS).to_arrow()
        if (folder / _EVENTS).exists():
            happened.append(_with_kind_of_group(pl.read_parquet(folder / _EVENTS), empty.columns))
        history = pl.concat(happened)
        for group, column in _NAMED.items():
            merged = history.filter(pl.col("of") == group, pl.col("kind") == "merged")
            retired = merged["other"].drop_nulls().to_list()
            told, events = carry_names(before, told, retired, column=column)
            happened.append(_as_table(events, group).select(empty.columns))
    except (OSError, pl.exceptions.PolarsError):
        raise unreadable(folder / _CLUSTERS) from None
    return pl.DataFrame(told), pl.concat(happened)


def _with_kind_of_group(events: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Events of a folder, also of one from before households had theirs."""
    import polars as pl

    if "of" not in events.columns:
        events = events.with_columns(pl.lit("person").alias("of"))
    return events.select(columns)


def _as_table(events: Sequence[ClusterEvent], group: str) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame([vars(event) for event in events], schema=_EVENT).with_columns(
        pl.lit(group).alias("of"),
        pl.lit(system_clock()).cast(pl.Datetime("us", "UTC")).alias("happened_at"),
    )


def _questions(linkage: Linkage, names: pl.Series) -> pl.DataFrame:
    """The pairs to ask about, with what both records hold, for a spreadsheet."""
    import polars as pl

    from passerelle.collect import guard_formula
    from passerelle.linkage import review_queue

    at = review_queue(linkage, _ASKED)
    left, right = linkage.pairs.left[at], linkage.pairs.right[at]
    told = pl.DataFrame({"left_id": names.gather(left), "right_id": names.gather(right)})
    told = told.with_columns(pl.lit("").alias("is_same"))
    table = pl.DataFrame(linkage.table)
    for column in table.columns:
        for side, ends in (("left", left), ("right", right)):
            cells = table[column].gather(ends).str.slice(0, _CELL)
            told = told.with_columns(
                cells.map_elements(guard_formula, return_dtype=pl.String).alias(
                    _shown_as(f"{side}_{column}")
                )
            )
    return told


def _shown_as(name: str) -> str:
    """The heading of a value in the questions, where `left_id` is taken by the record's own id."""
    return f"{name}_" if name.rstrip("_") in ("left_id", "right_id") else name


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """A folder to write new files into; they take the place of the old ones when all are there.

    Runs that fill one folder take turns. What a run that was killed left is taken away.
    """
    new: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _my_turn(folder):
            for left in folder.glob(f"{_UNFINISHED}*"):
                shutil.rmtree(left, ignore_errors=True)
            new = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
            yield new
            for file in sorted(new.iterdir()):
                file.replace(folder / file.name)
    except OSError as error:
        raise unwritable(folder, error) from None
    finally:
        if new is not None:
            shutil.rmtree(new, ignore_errors=True)


@contextmanager
def _my_turn(folder: Path) -> Iterator[None]:
    """Wait until nobody else fills the folder; freed if the other dies."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def unreadable(file: Path) -> InvalidInput:
    """What is said of a file of the folder that is not there."""
    return InvalidInput(
        _("{file} cannot be read.").format(file=file),
        hint=_("Name the folder that was given to: passerelle records link FILE --out DIR"),
    )


def unwritable(folder: Path, error: OSError) -> InvalidInput:
    """What is said of a folder that cannot be filled."""
    return InvalidInput(
        _("The results cannot be written to {path}: {reason}.").format(
            path=folder, reason=error.strerror or type(error).__name__
        ),
        hint=_("Give --out a folder that you may write to, on a disk with room."),
    )
