"""Another address is one fact: who moved has another street, number, code and town at once.

Counted one by one they would outvote an e-mail and a phone that agree. So where all that two
records say of an address differs, one field says so and the others are silent.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.comparison import DIFFERENT
from passerelle.linkage.compiling import kernel
from passerelle.linkage.records import Records

_OF_AN_ADDRESS = "neighbour"  # what neighbours share is where they live


def silence_moves(records: Records, patterns: npt.NDArray[np.uint64]) -> None:
    """Of pairs that differ in all fields of an address, leave only the first of them to say so."""
    fields = [
        at
        for at, column in enumerate(records.columns)
        if _OF_AN_ADDRESS in column.comparison.related
    ]
    if len(fields) > 1:
        _silence(patterns, np.array(fields, np.uint64), np.uint64(DIFFERENT))


@kernel
def _silence(patterns: Any, fields: Any, different: Any) -> None:
    for pair in range(len(patterns)):
        pattern = patterns[pair]
        said = np.uint64(0)
        first = True
        for field in fields:
            shift = np.uint64(4) * field
            level = (pattern >> shift) & np.uint64(15)
            if level > different:
                first = True
                said = np.uint64(0)
                break
            if level == different:
                if not first:
                    said |= np.uint64(15) << shift
                first = False
        patterns[pair] = pattern & ~said
