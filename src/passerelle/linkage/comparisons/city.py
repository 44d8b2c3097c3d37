"""Towns: near by Jaro-Winkler; a household's."""

from __future__ import annotations

import re

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.folding import fold
from passerelle.linkage.likeness import STREET_LEVELS, compare_likeness, street_tables

PLUGIN = Comparison(
    label=N_("Town"),
    levels=STREET_LEVELS,
    normalize=fold,
    tables=street_tables,
    kernel=compare_likeness,
    related={"household": 0.9, "neighbour": 0.9},
    headers=re.compile(r"city|town|suburb|ville|commune|localite|ort|stadt|place"),
)
