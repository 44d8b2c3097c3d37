"""Why records were linked or not: the evidence field by field, in bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passerelle.linkage.comparing import compare_fully
from passerelle.linkage.dependence import Repeats, find_repeats
from passerelle.linkage.fields import Field
from passerelle.linkage.labels import Calibration
from passerelle.linkage.learning import PERSON, Model
from passerelle.linkage.patterns import level_of
from passerelle.linkage.records import Records, read_records

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FieldEvidence:
    """What one field says: both values as compared, the level reached, and bits for one person.

    A bit doubles the odds; a negative number speaks against.
    """

    field: Field
    left: str | None
    right: str | None
    level: int
    weight: float


@dataclass(frozen=True)
class Explanation:
    """The evidence about two records.

    prior: bits before anything is compared. evidence: field by field.
    probabilities: of each relation.
    """

    prior: float
    evidence: tuple[FieldEvidence, ...]
    probabilities: dict[str, float]

    @property
    def so_far(self) -> tuple[float, ...]:
        """Bits before anything is compared, then after each field: the steps of a waterfall."""
        return tuple(np.cumsum([self.prior, *(each.weight for each in self.evidence)]).tolist())


def explain_pair(
    table: pa.Table, model: Model, fields: tuple[Field, ...], left: int, right: int
) -> Explanation:
    """Why two records of a table are one person's or not.

    Args:
        table: The aligned records, all of them: what a value says depends on how rare it is.
        model: What was learned.
        fields: What was compared.
        left: Position of one record.
        right: Position of the other.
    """
    return Explainer(table, model, fields).explain(left, right)


class Explainer:
    """Explains pairs of one table, which it reads once."""

    def __init__(self, table: pa.Table, model: Model, fields: tuple[Field, ...]) -> None:
        """Read the aligned records, all of them: what a value says depends on how rare it is."""
        self._records = read_records(table, fields, np.zeros(table.num_rows, np.int16))
        self._repeats, self._model = find_repeats(self._records), model

    def explain(self, left: int, right: int) -> Explanation:
        """Why the records at two positions are one person's or not."""
        return explain_pairs(self._records, self._repeats, self._model, [left], [right])[0]


def explain_pairs(
    records: Records,
    repeats: Sequence[Repeats],
    model: Model,
    left: Sequence[int],
    right: Sequence[int],
) -> tuple[Explanation, ...]:
    """Why pairs of records are one person's or not, each pair for itself.

    Args:
        records: All records.
        repeats: Which of their fields repeat others.
        model: What was learned.
        left: Positions of one record of each pair.
        right: Of the other.
    """
    one, other = np.array(left, np.int32), np.array(right, np.int32)
    patterns = compare_fully(records, repeats, one, other)
    reached = [level_of(patterns, at) for at in range(len(records.columns))]
    weights = np.stack(
        [
            model.weights(at).T[levels] + _finer(records, model, at, one, levels)
            for at, levels in enumerate(reached)
        ]
    )
    return tuple(
        _explanation(
            records,
            model,
            (int(one[pair]), int(other[pair])),
            [int(levels[pair]) for levels in reached],
            weights[:, pair],
        )
        for pair in range(len(one))
    )


def _explanation(
    records: Records, model: Model, pair: tuple[int, int], levels: Sequence[int], weights: Floats
) -> Explanation:
    """Of one pair; weights: bits of shape (fields, relations)."""
    person = model.relations.index(PERSON)
    evidence = tuple(
        FieldEvidence(
            column.field,
            _value(records, at, pair[0]),
            _value(records, at, pair[1]),
            levels[at],
            model.calibration.scale * float(weights[at, person]),
        )
        for at, column in enumerate(records.columns)
    )
    priors = np.log2(model.priors)
    told = priors + weights.sum(axis=0)
    odds = np.exp2(told - told.max())
    shares = _corrected(odds / odds.sum(), person, model.calibration)
    correction = model.calibration
    return Explanation(
        correction.shift + correction.scale * float(priors[person]),
        evidence,
        dict(zip(model.relations, shares.tolist(), strict=True)),
    )


def _corrected(shares: Floats, person: int, calibration: Calibration) -> Floats:
    """Probabilities as labels correct that of one person; the others keep their proportions."""
    if calibration == Calibration():
        return shares
    others = max(1e-30, float(1 - shares[person]))
    odds = calibration.shift + calibration.scale * np.log2(max(1e-30, shares[person]) / others)
    said = 1 / (1 + np.exp2(-odds))
    corrected = shares * (1 - said) / others
    corrected[person] = said
    return np.asarray(corrected)


def _finer(
    records: Records,
    model: Model,
    at: int,
    one: npt.NDArray[np.int32],
    levels: npt.NDArray[np.uint8],
) -> Floats:
    """Bits that the shared values say more than their levels, of shape (pairs, relations)."""
    exact = records.columns[at].comparison.exact_levels
    agrees = (levels >= exact[0]) & (levels <= exact[-1])
    more = np.where(agrees, records.columns[at].finer_of(records.codes[one, at]), 0.0)
    return np.asarray(more[:, None] * model.learned[:, at])


def _value(records: Records, at: int, record: int) -> str | None:
    code = int(records.codes[record, at])
    return None if code < 0 else str(records.columns[at].dictionary.values[code].as_py())
