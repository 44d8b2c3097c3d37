"""E-mail addresses: one or two edits apart, or the same name at another domain."""

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
from passerelle.linkage.texts.folding import applied
from passerelle.linkage.texts.string_kernels import edits_up_to_2
from passerelle.linkage.texts.words import text_codes

_MOST_RECORDS = 30


def normalize(values: pl.Expr) -> pl.Expr:
    """Lower case; what has no @ says nothing."""
    low = values.str.strip_chars().str.to_lowercase()
    return low.str.extract(r"(?s)^(.*@.*)$")


def _parts(values: pl.Expr) -> dict[str, pl.Expr]:
    return {"user": values.str.extract(r"^([^@]{4,})@")}


def _user(values: pl.Expr) -> pl.Expr:
    return values.str.extract(r"^([^@]+)@")


def _tables(values: pa.Array, _common: Hashes) -> Tables:
    users = applied(_user, pl.Series(values).cast(pl.String))
    return Tables(text_table(values), rows=(text_codes(users),))


@kernel
def _compare(
    codes: Any, column: Any, left: Any, right: Any, shift: Any, exact: Any, patterns: Any,
    chars: Any, lengths: Any, signatures: Any, overs: Any, users: Any,
) -> None:  # fmt: skip
    for pair in range(len(left)):
        one, other = codes[left[pair], column], codes[right[pair], column]
        if one < 0 or other < 0:
            continue
        if one == other:
            level = np.int64(exact[one])
        elif users[one] == users[other]:
            level = np.int64(4)
        else:
            edits = edits_up_to_2(chars, lengths, signatures, overs, one, other)
            level = np.int64(3 if edits == 1 else (2 if edits == 2 else 1))
        patterns[pair] |= np.uint64(level) << np.uint64(shift)


def _looks_like(values: pl.Series) -> bool:
    return values.len() > 0 and bool(
        values.str.contains(r"^[^@\s]+@[^@\s]+$").mean() > 0.7  # type: ignore[operator]
    )


PLUGIN = Comparison(
    label=N_("E-mail"),
    levels=(N_("two edits"), N_("one edit"), N_("same name, other domain")),
    normalize=normalize,
    tables=_tables,
    kernel=_compare,
    most_records=_MOST_RECORDS,
    parts=_parts,
    related={"household": 0.05, "namesake": 0.0001},
    coincidence=0.02,
    headers=re.compile(
        r"e ?mail.*|courriel.*|mel|mail( address)?|adresse (e ?mail|electronique)|"
        r"correo( electronico)?|(posta|correio) elettronica?|correio eletronico"
    ),
    looks_like=_looks_like,
)
