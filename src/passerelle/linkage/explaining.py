"""Why two records were linked or not: the evidence field by field, in bits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from passerelle.linkage.comparing import compare_fully
from passerelle.linkage.dependence import find_repeats
from passerelle.linkage.fields import Field
from passerelle.linkage.learning import PERSON, Model
from passerelle.linkage.patterns import level_of
from passerelle.linkage.records import Records, read_records


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
    records = read_records(table, fields, np.zeros(table.num_rows, np.int16))
    one, other = (np.array([at], np.int32) for at in (left, right))
    pattern = compare_fully(records, find_repeats(records), one, other)
    weights = np.log2(model.priors)
    evidence = []
    for at, field in enumerate(fields):
        level = int(level_of(pattern, at)[0])
        bits = model.weights(at)[:, level] + _finer(records, model, at, left, level)
        weights = weights + bits
        evidence.append(
            FieldEvidence(
                field,
                _value(records, at, left),
                _value(records, at, right),
                level,
                float(bits[model.relations.index(PERSON)]),
            )
        )
    odds = np.exp2(weights - weights.max())
    shares = odds / odds.sum()
    return Explanation(
        float(np.log2(model.priors[model.relations.index(PERSON)])),
        tuple(evidence),
        dict(zip(model.relations, shares.tolist(), strict=True)),
    )


def _finer(
    records: Records, model: Model, at: int, left: int, level: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if level not in records.columns[at].comparison.exact_levels:
        return np.zeros(len(model.relations))
    more = records.columns[at].finer[records.codes[left, at]]
    return np.where(model.learned[:, at], more, 0.0)


def _value(records: Records, at: int, record: int) -> str | None:
    code = int(records.codes[record, at])
    return None if code < 0 else str(records.columns[at].dictionary.values[code].as_py())
