"""What each blocking rule brings: the candidates it finds, and those that it alone finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.blocking import Groups
from passerelle.linkage.compiling import kernel
from passerelle.linkage.linking import Linkage
from passerelle.linkage.report.linkage_report import RuleRow

_BLOCK = 16_384  # records


def count_finds(linkage: Linkage) -> tuple[RuleRow, ...]:
    """One row a rule, in the order of the rules."""
    if not linkage.rules:
        return ()
    pairs, only = _count(_side_by_side(linkage.groups), linkage.pairs.left, linkage.pairs.right)
    return tuple(
        RuleRow(
            tuple((linkage.fields[part.field], part) for part in rule.parts),
            int(pairs[at]),
            int(only[at]),
            linkage.groups[at].skipped,
        )
        for at, rule in enumerate(linkage.rules)
    )


def _side_by_side(groups: Sequence[Groups]) -> npt.NDArray[np.int32]:
    """The groups of each record in one row, put together in blocks that the cache holds."""
    records = len(groups[0].of)
    rows = np.empty((records, len(groups)), np.int32)
    for start in range(0, records, _BLOCK):
        some = slice(start, start + _BLOCK)
        np.stack([each.of[some] for each in groups], axis=1, out=rows[some])
    return rows


@kernel
def _count(groups: Any, left: Any, right: Any) -> Any:
    rules = groups.shape[1]
    pairs, only = np.zeros(rules, np.int64), np.zeros(rules, np.int64)
    for pair in range(len(left)):
        finders = 0
        last = 0
        for rule in range(rules):
            group = groups[left[pair], rule]
            if group >= 0 and group == groups[right[pair], rule]:
                pairs[rule] += 1
                finders += 1
                last = rule
        if finders == 1:
            only[last] += 1
    return pairs, only
