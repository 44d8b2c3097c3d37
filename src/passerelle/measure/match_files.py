"""Match two files of hashed values, however large, without keeping either in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from passerelle.engine import DataFile, Engine, read_sql_file
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

COOKIE = "cookie"
SEEN_AT = "seen_at"


@dataclass(frozen=True)
class MatchFiles:
    """What matching came to. left_values: distinct. pairs: rows written, value by cookie."""

    left_rows: int
    left_values: int
    right_rows: int
    matched_values: int
    pairs: int
    out: Path

    @property
    def match_rate(self) -> float | None:
        """Values found on the right, of the distinct ones on the left."""
        return self.matched_values / self.left_values if self.left_values else None


def match_hashed_files(
    engine: Engine, left: Path, right: Path, *, on: str, out: Path
) -> MatchFiles:
    """Write, for each hashed value and cookie, when they were first and last seen together.

    Args:
        engine: Runs the join; what does not fit in its memory goes to its spill folder.
        left: Parquet or CSV with the column `on`.
        right: Parquet or CSV with the columns `on`, `cookie` and `seen_at`.
        on: Column of the hashed values, in both files.
        out: Parquet, or CSV by its ending.

    Raises:
        InvalidInput: A file cannot be read or lacks a column.
        Retryable: The disk is full; nothing was written.
    """
    emails = _opened(engine, left, {"value": on})
    sightings = _opened(engine, right, {"value": on, "cookie": COOKIE, "seen_at": SEEN_AT})
    if out.exists() and out.resolve() in (left.resolve(), right.resolve()):
        raise InvalidInput(
            _("The matches would take the place of {file}.").format(file=out),
            hint=_("Give --out another name."),
        )
    matches = read_sql_file("measure", "hashed_matches").text
    engine.copy(matches, {"emails": emails, "sightings": sightings}, to=out)
    counts = engine.build(
        "measure",
        "hashed_match_counts",
        {"emails": emails, "sightings": sightings, "matches": DataFile(out)},
    ).to_pylist()[0]
    return MatchFiles(**{name: int(value) for name, value in counts.items()}, out=out)


def _opened(engine: Engine, path: Path, columns: dict[str, str]) -> DataFile:
    if not path.is_file():
        raise InvalidInput(
            _("There is no file {file}.").format(file=path),
            hint=_("Give a Parquet or CSV file."),
        )
    # A look at no row: whether it can be read, and what its columns are called.
    found = engine.run("select * from opened limit 0", {"opened": DataFile(path)}).column_names
    missing = [name for name in columns.values() if name not in found]
    if missing:
        raise InvalidInput(
            _("{file} has no column {columns}.").format(file=path, columns=", ".join(missing)),
            hint=_("Its columns: {columns}. Name the one to match by with --on.").format(
                columns=", ".join(found)
            ),
        )
    return DataFile(path, columns)
