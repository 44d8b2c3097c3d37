"""From a spec to a folder of files: the front door of the simulation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from passerelle.kernel.language import N_
from passerelle.simulate.manifest import manifest_text
from passerelle.simulate.output_folder import MANIFEST, open_folder
from passerelle.simulate.retailer import Progress, make_retailer
from passerelle.simulate.spec import RetailerSpec
from passerelle.simulate.writers import write_files

_IN_MEMORY = 0.25  # share of the time before the first file; measured at a million customers


@dataclass(frozen=True)
class RetailerSummary:
    """What a simulation wrote: rows of each file (for receipts, lines), and who is behind them."""

    folder: Path
    customers: int
    people: int
    rows: dict[str, int]


def simulate_retailer(
    spec: RetailerSpec, out: Path, *, progress: Progress | None = None
) -> RetailerSummary:
    """Write a retailer's files, and the truth beside them, into a folder.

    Interrupted, it leaves the folder as it was before, or empty if it was new.

    Raises:
        InvalidInput: The folder holds something that is not a former simulation.
    """
    tell = progress or _silent
    with open_folder(out) as folder:
        retailer = make_retailer(spec, progress=_part_of(tell, 0.0, _IN_MEMORY))
        rows = write_files(retailer, folder, progress=_part_of(tell, _IN_MEMORY, 1.0))
        folder.file(MANIFEST).write_text(manifest_text(spec, rows), encoding="utf-8")
    tell(N_("Done"), 1.0)
    return RetailerSummary(
        folder=out, customers=spec.customers, people=len(retailer.society.people), rows=rows
    )


def _part_of(tell: Progress, start: float, end: float) -> Progress:
    return lambda step, share: tell(step, start + (end - start) * share)


def _silent(_step: str, _share: float) -> None:
    return
