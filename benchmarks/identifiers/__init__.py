"""How fast and how rightly e-mails, phones, names and first names are read.

Speed needs nothing. Rates read the shared test data (PASSERELLE_SHARED) and run gender-guesser,
nameparser and phonetic_fr beside, in an environment of their own.
"""

from __future__ import annotations

import os
from pathlib import Path


def run(arguments: list[str]) -> int:
    """Measure; the first argument is the number of rows of the speed part."""
    from benchmarks.identifiers.speed import measure_speed

    measure_speed(int(arguments[0]) if arguments else 1_000_000)
    shared = os.environ.get("PASSERELLE_SHARED")
    if shared is None:
        print("  rates: set PASSERELLE_SHARED to the folder of the shared test data")
        return 0
    from benchmarks.identifiers.rates import measure_rates

    measure_rates(Path(shared) / "data" / "fr")
    return 0
