"""Simulating a retailer, beside the floor of copying the files it makes."""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from passerelle.simulate import RetailerSpec, simulate_retailer


def run(argv: list[str]) -> int:
    """Measure and print; answers an exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        made, copied = Path(folder) / "retailer", Path(folder) / "copy"
        started = time.perf_counter()
        simulate_retailer(RetailerSpec(customers=options.customers), made)
        simulating = time.perf_counter() - started
        started = time.perf_counter()
        shutil.copytree(made, copied)
        floor = time.perf_counter() - started
        size = sum(file.stat().st_size for file in made.rglob("*") if file.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{options.customers:,} customers, {size / 1e6:,.0f} MB: {simulating:.1f} s, "
        f"{simulating / floor:.1f} x the copy of the files ({floor:.1f} s), "
        f"peak memory {peak:,.0f} MiB\n"
    )
    return 0
