"""What each blocking rule brings: the candidates it finds, and those that it alone finds."""

from __future__ import annotations

from typing import Any

import numpy as np

from passerelle.linkage.compiling import kernel
from passerelle.linkage.linking import Linkage
from passerelle.linkage.report.linkage_report import RuleRow


def count_finds(linkage: Linkage) -> tuple[RuleRow, ...]:
    """One row a rule, in the order of the rules."""
    if not linkage.rules:
        return ()
    groups = np.ascontiguousarray(np.stack([each.of for each in linkage.groups], axis=1))
    pairs, only = _count(groups, linkage.pairs.left, linkage.pairs.right)
    return tuple(
        RuleRow(
            tuple((linkage.fields[part.field], part) for part in rule.parts),
            int(pairs[at]),
            int(only[at]),
            linkage.groups[at].skipped,
        )
        for at, rule in enumerate(linkage.rules)
    )


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
