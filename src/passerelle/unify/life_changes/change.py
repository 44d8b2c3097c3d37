"""What a life change is, and in which states it can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import polars as pl

from passerelle.kernel.language import N_

CHANGE_PREFIX = "c"
"""Ids of life changes, as people see them, begin with this letter."""

MOVE, NAME_CHANGE, NEW_DEVICE, CHILD, DEATH, SHOP_CHANGE, RETURNED_MAIL = (
    "move", "name_change", "new_device", "child", "death", "shop_change", "returned_mail",
)  # fmt: skip

KINDS = MappingProxyType(
    {
        MOVE: N_("move"),
        NAME_CHANGE: N_("marriage or other change of name"),
        NEW_DEVICE: N_("new device"),
        CHILD: N_("child"),
        DEATH: N_("death"),
        SHOP_CHANGE: N_("another usual shop"),
        RETURNED_MAIL: N_("mail came back"),
    }
)
"""Kinds of life changes, with what people call them."""

PROPOSED, CERTAIN, CONFIRMED, REFUSED = "proposed", "certain", "confirmed", "refused"

STATUSES = MappingProxyType(
    {
        PROPOSED: N_("proposed"),
        CERTAIN: N_("certain enough to be followed"),
        CONFIRMED: N_("confirmed"),
        REFUSED: N_("refused"),
    }
)
"""What becomes of a change: the certain and the confirmed are followed, the others are not."""

LEAST_PROBABILITY = 0.5
"""A change that is more likely not to have happened is not worth a person's look."""

PROPOSALS = pl.Schema(
    {
        "kind": pl.String,
        "identifier_id": pl.Int64,
        "other_id": pl.Int64,
        "source": pl.String,
        "happened_on": pl.String,
        "what": pl.String,
        "probability": pl.Float64,
        "is_certain": pl.Boolean,
        "former_name_key": pl.String,
        "details": pl.String,
        "evidence": pl.String,
    }
)
"""What finders of changes answer; `what` tells two changes of one kind and identifier apart."""


@dataclass(frozen=True)
class LifeChange:
    """A change in the life of whoever is behind a profile.

    happened_on: a day, or as much of it as is known. details: what changed. evidence: why it is
    believed: `old`, `new` and `notice` say where it was read, `reasons` how the probability came
    about. expires_on: last day that a licence lets us use it.
    """

    change_id: int
    profile_id: int
    kind: str
    status: str
    probability: float
    source: str
    happened_on: str | None
    learned_at: datetime
    decided_reason: str | None
    details: Mapping[str, Any] = field(repr=False)
    evidence: Mapping[str, Any] = field(repr=False)

    @property
    def expires_on(self) -> str | None:
        """Last day that the change may be used, if its licence ends."""
        told = self.details.get("expires_on")
        return None if told is None else str(told)

    @property
    def until(self) -> str | None:
        """Last day of a change for a while: mail that is forwarded to a temporary address."""
        told = self.details.get("until")
        return None if told is None else str(told)

    def is_followed(self, on: date | None) -> bool:
        """Whether it is in force on a day: happened, not over, believed, and licensed.

        Whatever the day (None), what is for a while is not in force.
        """
        if on is None:
            return self.until is None and self.status in (CERTAIN, CONFIRMED)
        day = on.isoformat()
        ends = [end for end in (self.expires_on, self.until) if end is not None]
        is_ahead = self.happened_on is not None and self.happened_on > day
        if is_ahead or any(end < day for end in ends):
            return False
        return self.status in (CERTAIN, CONFIRMED)
