"""What was read of a French address, before it is written."""

from __future__ import annotations

from dataclasses import dataclass

from passerelle.postal.leftovers import Leftovers
from passerelle.postal.reference import Gazetteer
from passerelle.postal.streets import Street
from passerelle.postal.tokens import Tokens
from passerelle.postal.towns import Place


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of an address and what each is; `other_streets` were nearly as likely.

    `gazetteer` is None where no town was looked for.
    """

    tokens: Tokens
    place: Place
    street: Street | None
    other_streets: tuple[Street, ...]
    left: Leftovers
    gazetteer: Gazetteer | None
