"""What each blocking rule brings: the candidates it finds, and those that it alone finds."""

from __future__ import annotations

from passerelle.linkage.linking import Linkage
from passerelle.linkage.report.linkage_report import RuleRow


def count_finds(linkage: Linkage) -> tuple[RuleRow, ...]:
    """One row a rule, in the order of the rules."""
    return tuple(
        RuleRow(
            tuple((linkage.fields[part.field], part) for part in rule.parts),
            found.pairs,
            found.only,
            found.skipped,
        )
        for rule, found in zip(linkage.rules, linkage.finds, strict=True)
    )
