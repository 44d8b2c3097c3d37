"""Precision, recall and calibration of one kind of life change, printed."""

from __future__ import annotations

import polars as pl

LEAST_PRECISION = 0.9
"""Of the changes that are followed without a person's word, the share that must be true."""


def tell(what: str, found: pl.DataFrame, true_people: pl.Series, *, who: str = "person_id") -> int:
    """Print how right one kind is; 1 if what is certain is wrong too often.

    Args:
        what: The kind, as printed.
        found: One row per change: is_right, is_certain, probability, and whom it is about.
        true_people: Whoever it happened to and of whom it can be seen.
        who: The column of `found` that says whom it is about.
    """
    right, whole = found.filter("is_right"), set(true_people.to_list())
    recall = len(set(right[who].to_list()) & whole) / max(len(whole), 1)
    certain = found.filter(pl.col("is_certain") == 1)
    print(f"{what}: {found.height:,} found, precision {_share(found)}, recall {recall:.1%} "
          f"of {len(whole):,} that can be seen")  # fmt: skip
    print(f"    certain {certain.height:,}, precision {_share(certain)}")
    bands = found.with_columns((pl.col("probability") * 10).floor().clip(5, 9).alias("band"))
    for band in sorted(bands["band"].unique().to_list()):
        some = bands.filter(band=band)
        mean = some["probability"].mean()
        print(f"    probability {mean:.2f} on average: {_share(some)} true of {some.height:,}")
    wrong = certain.height and certain["is_right"].mean()
    return int(bool(certain.height) and float(wrong) < LEAST_PRECISION)  # type: ignore[arg-type]


def _share(found: pl.DataFrame) -> str:
    return f"{found['is_right'].mean():.1%}" if found.height else "–"
