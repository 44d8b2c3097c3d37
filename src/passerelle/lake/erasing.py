"""Rows out of the lake, for good: from the table, from its older versions, and from the disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deltalake import CommitProperties, DeltaTable, WriterProperties

Having = Mapping[str, Sequence[int]]
"""Rows that are meant: those in which any of these columns has one of its values."""

_ATTEMPTS = 20  # of a commit that others overtook


def delete_rows(table: DeltaTable, having: Having, writing: WriterProperties) -> int:
    """Remove rows from the present version; answers how many."""
    done = table.delete(_condition(having), writer_properties=writing, commit_properties=_RETRIED)
    return int(done["num_deleted_rows"])


def empty_cells(
    table: DeltaTable, having: Having, columns: Sequence[str], writing: WriterProperties
) -> int:
    """Make columns of some rows null in the present version; answers how many rows."""
    done = table.update(
        predicate=_condition(having),
        updates=dict.fromkeys(columns, "null"),
        writer_properties=writing,
        commit_properties=_RETRIED,
    )
    return int(done["num_updated_rows"])


def remove_old_files(table: DeltaTable, *, strays_too: bool) -> None:
    """Remove the files of every older version from the disk.

    Args:
        table: The table.
        strays_too: Also what a killed writer left without a commit; only where no writer can be at
            work, whose files look the same.
    """
    table.vacuum(
        retention_hours=0, dry_run=False, enforce_retention_duration=False, full=strays_too
    )


_RETRIED = CommitProperties(max_commit_retries=_ATTEMPTS)


def _condition(having: Having) -> str:
    # Only integers are written into the text.
    parts = [f"{name} in ({', '.join(str(int(each)) for each in values)})"
             for name, values in having.items() if len(values)]  # fmt: skip
    return " or ".join(parts)
