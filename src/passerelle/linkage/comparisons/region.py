"""States, provinces and countries: they agree or they do not; a household's."""

from __future__ import annotations

import re

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.likeness.edits import compare_exactly, no_tables
from passerelle.linkage.texts.folding import fold

PLUGIN = Comparison(
    label=N_("Region"),
    levels=(),
    normalize=fold,
    tables=no_tables,
    kernel=compare_exactly,
    related={"household": 0.9, "neighbour": 0.9},
    headers=re.compile(
        r"state( code)?|province|county|region|country( code)?|pays|department|departement|"
        r"bundesland|land|provincia|comunidad autonoma|pais|regione|stato|paese|estado|distrito|"
        r"provincie|wojewodztwo|kraj"
    ),
)
