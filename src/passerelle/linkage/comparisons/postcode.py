"""Postal codes: one or two edits apart; a household's."""

from __future__ import annotations

import re

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.folding import compact
from passerelle.linkage.likeness import EDIT_LEVELS, compare_edits, edit_tables

PLUGIN = Comparison(
    label=N_("Postal code"),
    levels=EDIT_LEVELS,
    normalize=compact,
    tables=edit_tables,
    kernel=compare_edits,
    related={"household": 0.9, "neighbour": 0.9},
    headers=re.compile(r"post ?code|postal code|zip( code)?|cp|code postal|plz"),
)
