"""Values of a short list, or numbers: they agree or they do not."""

from __future__ import annotations

import re

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.likeness.edits import compare_exactly, no_tables
from passerelle.linkage.texts.folding import fold

PLUGIN = Comparison(
    label=N_("Category"),
    levels=(),
    normalize=fold,
    tables=no_tables,
    kernel=compare_exactly,
    headers=re.compile(
        r"(sex|gender)( code)?|sexe|civilite|salutation|honorific|geschlecht|anrede|"
        r"sexo|genero|sesso|geslacht|aanhef|plec"
    ),
)
