"""Labels in files: what people said of pairs of records, answer by answer."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING

from passerelle.cli.linkage_folder import unwritable
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

if TYPE_CHECKING:
    import polars as pl

    from passerelle.linkage import Labels

LABELS = "labels.csv"
_SAID = {
    **dict.fromkeys(("yes", "y", "oui", "o", "true", "1", "same"), True),
    **dict.fromkeys(("no", "n", "non", "false", "0", "different"), False),
}
_ANSWER = ("is_same", "label", "match")
_BATCH = 100_000  # rows


def read_labels(file: Path, names: pl.Series) -> tuple[Labels, int]:
    """What people said of pairs, and how many of these pairs are not among the records.

    Args:
        file: A table with left_id, right_id and is_same; who left is_same empty said nothing.
        names: Of all records, `SOURCE:ID`.
    """
    import numpy as np
    import polars as pl

    from passerelle.linkage import Labels

    said = _said(file)
    places = pl.DataFrame({"name": names, "at": np.arange(names.len(), dtype=np.int32)})
    ends = [
        said.select(pl.col(side).alias("name")).join(
            places, on="name", how="left", maintain_order="left"
        )["at"]
        for side in ("left_id", "right_id")
    ]
    placed = pl.DataFrame({"one": ends[0], "other": ends[1], "is_same": said["is_same"]})
    # Who is asked twice may have thought again: the last answer counts.
    known = (
        placed.drop_nulls()
        .filter(pl.col("one") != pl.col("other"))
        .select(
            pl.min_horizontal("one", "other").alias("left"),
            pl.max_horizontal("one", "other").alias("right"),
            "is_same",
        )
        .unique(["left", "right"], keep="last", maintain_order=True)
    )
    labels = Labels(*(known[name].to_numpy() for name in known.columns))
    return labels, placed.filter(pl.col("one").is_null() | pl.col("other").is_null()).height


def _said(file: Path) -> pl.DataFrame:
    """Columns left_id, right_id and is_same, of the pairs that somebody answered."""
    import polars as pl

    from passerelle.collect import open_table

    table = open_table(file)
    answer = next((name for name in _ANSWER if name in table.columns), None)
    if answer is None or not {"left_id", "right_id"} <= set(table.columns):
        raise InvalidInput(
            _("{file} holds no labels.").format(file=file.name),
            hint=_("It needs the columns left_id, right_id and is_same (yes or no)."),
        )
    given = pl.concat(
        [batch.frame.select("left_id", "right_id", answer) for batch in table.batches(_BATCH)]
    ).with_columns(pl.col(answer).str.strip_chars().str.to_lowercase().fill_null(""))
    told = given.filter(pl.col(answer) != "")
    strange = told.filter(~pl.col(answer).is_in([*_SAID])).height
    if strange:
        raise InvalidInput(
            _("{file}: answers that are neither yes nor no, {count}.").format(
                file=file.name, count=strange
            ),
            hint=_("Write yes or no in the column {column}, or leave it empty.").format(
                column=answer
            ),
        )
    return told.select(
        "left_id",
        "right_id",
        pl.col(answer).replace_strict(_SAID, return_dtype=pl.Boolean).alias("is_same"),
    )


def add_label(folder: Path, left: str, right: str, *, is_same: bool) -> None:
    """Keep an answer, at once."""
    file = folder / LABELS
    is_first = not file.exists()
    try:
        with file.open("a", encoding="utf-8", newline="") as out:
            lines = csv.writer(out)
            if is_first:
                lines.writerow(["left_id", "right_id", "is_same"])
            lines.writerow([left, right, "yes" if is_same else "no"])
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise unwritable(folder, error) from None


def answered(folder: Path) -> set[tuple[str, str]]:
    """Pairs that were labelled before, by name."""
    file = folder / LABELS
    if not file.exists():
        return set()
    with file.open(encoding="utf-8", newline="") as lines:
        return {(row["left_id"], row["right_id"]) for row in csv.DictReader(lines)}
