"""Postal codes: edits apart, with the same beginning or another; a household's."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison, Hashes, Tables
from passerelle.linkage.compiling import kernel
from passerelle.linkage.dictionaries import text_table
from passerelle.linkage.texts.folding import all_applied, compact
from passerelle.linkage.texts.string_kernels import edits_up_to_2
from passerelle.linkage.texts.words import text_codes

_BEGINNING = 2  # characters that say the region: a department in France, an area in Britain
_DEPARTMENT, _TWO_EDITS, _EDIT, _NEIGHBOUR, _TURNED = range(2, 7)


def normalize(values: pl.Expr) -> pl.Expr:
    """Without blanks, signs and the country before a code: F-75002 is 75002.

    Of the nine digits of an American ZIP+4 the first five, which all lists have.
    """
    told = compact(values).str.replace(r"^[a-z]{1,2}(\d{4,5})$", "$1")
    return told.str.replace(r"^(\d{5})\d{4}$", "$1")


def _derived(values: pl.Expr) -> dict[str, pl.Expr]:
    return {
        "region": values.str.slice(0, _BEGINNING),
        "letters": values.str.split("").list.sort().list.join(""),
    }


def _tables(values: pa.Array, _common: Hashes) -> Tables:
    told = all_applied(_derived, pl.Series(values).cast(pl.String))
    return Tables(
        text_table(values), rows=(text_codes(told["region"]), text_codes(told["letters"]))
    )


@kernel
def _compare(
    codes: Any, column: Any, left: Any, right: Any, shift: Any, exact: Any, patterns: Any,
    chars: Any, lengths: Any, signatures: Any, overs: Any, regions: Any, letters: Any,
) -> None:  # fmt: skip
    for pair in range(len(left)):
        one, other = codes[left[pair], column], codes[right[pair], column]
        if one < 0 or other < 0:
            continue
        is_near = regions[one] == regions[other]
        level = np.int64(_DEPARTMENT if is_near else 1)
        if one == other:
            level = np.int64(exact[one])
        else:
            edits = edits_up_to_2(chars, lengths, signatures, overs, one, other)
            if edits == 1 and letters[one] == letters[other]:
                level = np.int64(_TURNED)
            elif edits == 1:
                level = np.int64(_NEIGHBOUR if is_near else _EDIT)
            elif edits == 2 and not is_near:
                level = np.int64(_TWO_EDITS)
        patterns[pair] |= np.uint64(level) << np.uint64(shift)


PLUGIN = Comparison(
    label=N_("Postal code"),
    levels=(
        N_("same region"),
        N_("two edits, another region"),
        N_("one edit, another region"),
        N_("one edit, same region"),
        N_("two characters swapped"),
    ),
    normalize=normalize,
    tables=_tables,
    kernel=_compare,
    related={"household": 0.9, "neighbour": 0.9},
    headers=re.compile(
        r"post ?code|postal ?code|zip( ?code)?( ?5)?|cp|code postal|plz|postleitzahl|"
        r"codigo postal|cod postal|cap|codice( di avviamento)? postale|cep|kod pocztowy|postnummer"
    ),
)
