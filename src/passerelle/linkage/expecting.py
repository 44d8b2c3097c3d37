"""What candidates are expected to be under a model, and what levels each relation then has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.kernel import side_threads
from passerelle.linkage.compiling import kernel

Floats = npt.NDArray[np.float64]

_LEVELS = 16
_THREADS = 2
_LEAST = 10_000  # patterns, from which a second thread is worth its start


@dataclass(frozen=True)
class Seen:
    """Distinct patterns among the candidates: levels (patterns, fields), masks, how often.

    masks: bool of shape (patterns, fields): the pair was found without the field.
    """

    levels: npt.NDArray[np.uint8]
    masks: npt.NDArray[np.bool_]
    counts: Floats


@dataclass(frozen=True)
class Expected:
    """Pairs that each relation is expected to have among the candidates.

    totals: of shape (relations,).
    heard: of shape (fields, 16, relations), by the level that they reached.
    masked: the same of the pairs that were found without the field.
    """

    totals: Floats
    heard: Floats
    masked: Floats


def expect(priors: Floats, weights: Floats, seen: Seen) -> Expected:
    """The expectations.

    Args:
        priors: Shares of the relations.
        weights: Bits of evidence, of shape (fields, 16, relations).
        seen: The candidates' patterns.
    """
    threads = _THREADS if len(seen.counts) >= _LEAST else 1
    told = [_nothing(weights.shape) for _thread in range(threads)]
    edges = np.linspace(0, len(seen.counts), threads + 1).astype(np.int64)

    def work(at: int) -> None:
        some = slice(edges[at], edges[at + 1])
        _expect(
            seen.levels[some], seen.masks[some], seen.counts[some], np.log2(priors), weights,
            *told[at],
        )  # fmt: skip

    if threads == 1:
        work(0)
    else:
        with side_threads(threads) as beside:
            for done in [beside.start(partial(work, at)) for at in range(threads)]:
                done.result()
    totals, heard, masked = (sum(each) for each in zip(*told, strict=True))
    return Expected(totals, heard, masked)


def _nothing(shape: tuple[int, ...]) -> tuple[Floats, Floats, Floats]:
    return np.zeros(shape[-1]), np.zeros(shape), np.zeros(shape)


def side_by_side(weights: list[Floats]) -> Floats:
    """Each field's weights, of shape (relations, levels), as `expect` takes them."""
    told = np.zeros((len(weights), _LEVELS, len(weights[0])))
    for field, each in enumerate(weights):
        told[field, : each.shape[1]] = each.T
    return told


@kernel
def _expect(
    levels: Any, masks: Any, counts: Any, priors: Any, weights: Any, totals: Any, heard: Any,
    masked: Any,
) -> None:  # fmt: skip
    fields, relations = levels.shape[1], len(priors)
    told = np.empty(relations)
    for pattern in range(len(counts)):
        told[:] = priors
        for field in range(fields):
            level = levels[pattern, field]
            for relation in range(relations):
                told[relation] += weights[field, level, relation]
        most = told.max()
        whole = 0.0
        for relation in range(relations):
            told[relation] = np.exp2(told[relation] - most)
            whole += told[relation]
        for relation in range(relations):
            told[relation] *= counts[pattern] / whole
            totals[relation] += told[relation]
        for field in range(fields):
            level = levels[pattern, field]
            for relation in range(relations):
                heard[field, level, relation] += told[relation]
            if masks[pattern, field]:
                for relation in range(relations):
                    masked[field, level, relation] += told[relation]
