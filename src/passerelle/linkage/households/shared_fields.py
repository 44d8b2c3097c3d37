"""The fields that people of one household share, and what they say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from passerelle.linkage.dependence import Repeats
from passerelle.linkage.learning import HOUSEHOLD, Model
from passerelle.linkage.records import Column, Records

Floats = npt.NDArray[np.float64]

PLACE, STREET, NUMBER, NAME, LINE = "place", "street", "number", "name", "line"
_SORTS: Mapping[str, str] = MappingProxyType(
    {
        "postcode": PLACE,
        "city": PLACE,
        "street": STREET,
        "house_number": NUMBER,
        "last_name": NAME,
        "phone": LINE,
        "email": LINE,
    }
)
"""Kinds of fields by what they say of a household; of other kinds its people share nothing."""


@dataclass(frozen=True)
class SharedFields:
    """The fields of records that a household shares.

    records: with these fields alone.
    sorts: what each says: where, in which street, at which number, the name, or how to reach.
    repeats: fields that say nothing where another agrees, by their positions here.
    chances: of each level between two records at random.
    worth: bits of each level for a household, as learned between records.
    """

    records: Records
    sorts: tuple[str, ...]
    repeats: tuple[Repeats, ...]
    chances: tuple[Floats, ...]
    worth: tuple[Floats, ...]

    def position(self, sort: str) -> int | None:
        """The first field of a sort."""
        return self.sorts.index(sort) if sort in self.sorts else None


def narrow(records: Records, repeats: Sequence[Repeats], model: Model) -> SharedFields:
    """The fields that a household shares, of all that records are compared by."""
    at = [place for place, each in enumerate(records.columns) if _sort(each) is not None]
    at_home = model.relations.index(HOUSEHOLD)
    return SharedFields(
        Records(
            np.ascontiguousarray(records.codes[:, at]),
            tuple(records.columns[each] for each in at),
            records.sources,
        ),
        tuple(_SORTS[records.columns[each].field.kind] for each in at),
        tuple(
            Repeats(at.index(each.first), at.index(each.second), each.both)
            for each in repeats
            if each.first in at and each.second in at
        ),
        tuple(model.chances[each] for each in at),
        tuple(model.weights(each)[at_home] for each in at),
    )


def _sort(column: Column) -> str | None:
    return _SORTS.get(column.field.kind)
