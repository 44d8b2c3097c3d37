"""A profile's sheet as a role sees it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from passerelle.cli.profile_sheet import Sheet
    from passerelle.consent import Role
    from passerelle.unify import LifeState


def masked_sheet(sheet: Sheet, role: Role | None) -> Sheet:
    """A sheet of which every value is as the role sees it; all of it without a role."""
    from passerelle.consent import masked_value

    if role is None:
        return sheet
    golden = tuple(
        replace(
            row,
            value=masked_value(row.value, role.sight_of(row.attribute)) or "",
            record_key=masked_value(row.record_key, role.sight_of("record")) or "",
        )
        for row in sheet.golden_record
    )
    identifiers = tuple(
        {**each, "value": masked_value(each["value"], role.sight_of(each["type"])) or ""}
        for each in sheet.identifiers
    )
    return replace(
        sheet,
        golden_record=golden,
        identifiers=identifiers,
        edges=tuple(_masked_edge(edge, role) for edge in sheet.edges),
        life=_masked_life(sheet.life, role),
        timeline=sheet.timeline if role.sight_of_kind("purchase") == "clear" else (),
    )


def _masked_edge(edge: dict[str, Any], role: Role) -> dict[str, Any]:
    return {**edge, **{side: _masked_end(edge[side], role) for side in ("left", "right")}}


def _masked_end(end: str, role: Role) -> str:
    from passerelle.consent import masked_value

    kind, _space, value = end.partition(" ")
    return f"{kind} {masked_value(value, role.sight_of(kind)) or ''}".strip()


def _masked_life(life: LifeState, role: Role) -> LifeState:
    """Life changes tell names and addresses in sentences: who may not see both sees none."""
    if all(role.sight_of_kind(kind) == "clear" for kind in ("name", "address")):
        return life
    return replace(life, better_address=None, former_names=(), addresses=(), changes=())
