"""Pieces of evidence as people and programs read them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from passerelle.cli.output import Column, print_table, show_number, show_share
from passerelle.kernel.language import _

if TYPE_CHECKING:
    from passerelle.identify import HeldEdge, HeldIdentifier, KeptPair, LikenessReason


def edge_row(edge: HeldEdge, values: dict[int, HeldIdentifier]) -> dict[str, object]:
    """An edge as people and programs read it."""
    from passerelle.identify import EDGE_PREFIX, EVIDENCE_KINDS, REFUSAL_REASONS
    from passerelle.kernel import format_id

    refusal = edge.refusal and _(REFUSAL_REASONS[edge.refusal])
    if edge.withdrawn_at is not None:
        refusal = _("Withdrawn by a person: {reason}").format(reason=edge.withdrawn_reason or "–")
    ends = [values[end] for end in (edge.left_id, edge.right_id)]
    return {
        "edge_id": format_id(edge.edge_id, EDGE_PREFIX),
        "left": f"{ends[0].type} {ends[0].value}",
        "right": f"{ends[1].type} {ends[1].value}",
        "evidence": edge.kind,
        "reason": _(EVIDENCE_KINDS[edge.kind].label),
        "source": edge.source,
        "is_trusted": edge.trusted,
        "first_seen_at": _instant(edge.first_seen_at),
        "last_seen_at": _instant(edge.last_seen_at),
        "observations": edge.observations,
        "not_followed": refusal,
    }


def print_edges(rows: list[dict[str, object]], *, empty: str) -> None:
    """Print edges as a table."""
    print_table(
        [_("Edge"), _("One"), _("Other"), _("Evidence"), _("Source"), _("Last seen"),
         _("Not followed")],
        [
            (
                row["edge_id"], row["left"], row["right"], row["reason"], row["source"],
                row["last_seen_at"], row["not_followed"],
            )
            for row in rows
        ],
        empty=empty,
    )  # fmt: skip


def likeness_row(reason: LikenessReason) -> dict[str, object]:
    """Why two records are alike, as people and programs read it."""
    from passerelle.linkage import level_name, list_comparisons

    comparisons = list_comparisons()
    return {
        "match_probability": reason.match_probability,
        "prior": reason.prior,
        "steps": [
            {
                "field": step.field,
                "level": level_name(comparisons[step.kind], step.level, say=_),
                "weight": step.weight,
            }
            for step in reason.steps
        ],
    }


def print_likeness(edge: dict[str, object], reason: LikenessReason) -> None:
    """Print why two records are alike, field by field: each bit doubles the odds."""
    told: Any = likeness_row(reason)
    so_far = told["prior"]
    rows = [(_("Before comparing"), None, _bits(so_far), _bits(so_far))]
    for step in told["steps"]:
        so_far += step["weight"]
        rows.append((step["field"], step["level"], _bits(step["weight"]), _bits(so_far)))
    print_table(
        [_("Field"), _("Level"), Column(_("Bits"), is_number=True),
         Column(_("So far"), is_number=True)],
        rows,
        title=_("{edge}: one person's with a probability of {share}").format(
            edge=edge["edge_id"], share=show_share(reason.match_probability)
        ),
    )  # fmt: skip


def _bits(weight: float) -> str:
    return ("+" if weight > 0 else "") + show_number(weight, decimals=1)


def decision_row(pair: KeptPair, values: dict[int, HeldIdentifier]) -> dict[str, object]:
    """What a person said about two identifiers, as people and programs read it."""
    ends = [values[end] for end in (pair.left_id, pair.right_id)]
    return {
        "left": f"{ends[0].type} {ends[0].value}",
        "right": f"{ends[1].type} {ends[1].value}",
        "reason": pair.reason,
        "decided_at": _instant(pair.decided_at),
    }


def print_decisions(rows: list[dict[str, object]]) -> None:
    """Print what people said as a table, or nothing when nobody said anything."""
    if rows:
        print_table(
            [_("One"), _("Other"), _("Why"), _("Decided")],
            [(row["left"], row["right"], row["reason"], row["decided_at"]) for row in rows],
            title=_("A person keeps them apart"),
        )


def _instant(micros: int) -> datetime:
    from passerelle.store import from_micros

    return from_micros(micros).astimezone(UTC)
