"""A postal address in its parts and its six lines, and how far it is believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from passerelle.kernel.language import N_

Style = Literal["postal", "display"]
"""`postal`: capitals without accents, as on an envelope; `display`: cased, with its accents."""

LINE_LENGTH = 38
STREET_LENGTH = 32


class Level(StrEnum):
    """How far an address was checked."""

    SYNTAX = "V0"
    COMMUNE = "V1"
    STREET = "V2"
    NUMBER = "V3"


REASONS = {
    "empty": N_("There is nothing to read."),
    "number_found": N_("The commune, the street and the number are in the reference tables."),
    "number_unknown": N_("The street is in the reference tables, its number is not."),
    "street_found": N_("The commune and the street are in the reference tables."),
    "street_unknown": N_("The commune has no street of this name in the reference tables."),
    "street_not_checked": N_("The commune is known; no file of its streets is loaded."),
    "no_street": N_("The commune is known; no street was read."),
    "town_by_postcode": N_("The commune was told by the postcode alone."),
    "town_corrected": N_("The name of the commune was written another way."),
    "town_without_postcode": N_("No postcode was written; the commune was found by its name."),
    "postcode_differs": N_("The commune is not one of those of the postcode, which was kept."),
    "postcode_corrected": N_("The postcode is not the commune's; it was replaced."),
    "former_town": N_("The commune has another name now, or is a part of another one."),
    "town_unsure": N_("Several communes may be meant: see the alternatives."),
    "town_unknown": N_("No commune was recognised."),
    "military": N_("A military address, which has no commune."),
    "abroad": N_("An address abroad, whose postcode has the form that its country uses."),
    "abroad_postcode": N_("An address abroad, without a postcode of the form its country uses."),
    "abroad_unknown": N_("An address abroad, kept as it was written."),
    "too_long": N_("Too long for an address: its beginning was read."),
}  # fmt: skip
"""Why an address has its level: a code that does not change, and its sentence."""


@dataclass(frozen=True, slots=True)
class AddressFields:
    """An address that comes in pieces, whatever each of them holds.

    `lines` are lines 1 to 6, or less, in the order of an envelope. Named pieces go with them.
    """

    recipient: str = ""
    lines: tuple[str, ...] = ()
    house_number: str = ""
    street: str = ""
    complement: str = ""
    locality: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""

    def __repr__(self) -> str:
        return "AddressFields(…)"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another town or street that was nearly as likely."""

    street: str
    postcode: str
    city: str
    insee_code: str
    score: float


@dataclass(frozen=True, slots=True, repr=False)
class PostalAddress:
    """An address, standardized.

    Attributes:
        lines: Six lines, empty ones included, each of at most 38 characters.
        recipient: Line 1, where one was written or given.
        complement_inside: Line 2: flat, floor, corridor, staircase, « chez ».
        complement_outside: Line 3: building, residence, entrance, zone.
        number: House number, or several: « 12 », « 12 14 », « 3 ET 5 ».
        repetition: BIS, TER, QUATER or a letter.
        street_type: What the street's name starts with, in full.
        street: The street's name with its type, in full, of any length.
        special: BP, CS, TSA and what follows them.
        locality: A hamlet, or the former commune.
        cedex: « CEDEX » with its number.
        city: The town's name, as displayed in either style's case.
        country: ISO 3166-1 alpha-2.
        score: 0 to 1.
        unread: What was not understood; it is also in a line where it could be a part of it.
        original: What was given.
        rules: The rules that were used, in order.
    """

    lines: tuple[str, str, str, str, str, str]
    recipient: str = ""
    complement_inside: str = ""
    complement_outside: str = ""
    number: str = ""
    repetition: str = ""
    street_type: str = ""
    street: str = ""
    special: str = ""
    locality: str = ""
    postcode: str = ""
    cedex: str = ""
    city: str = ""
    insee_code: str = ""
    country: str = "FR"
    level: Level = Level.SYNTAX
    reason: str = "empty"
    score: float = 0.0
    alternatives: tuple[Alternative, ...] = ()
    unread: tuple[str, ...] = ()
    original: str = ""
    rules: tuple[str, ...] = field(default=())

    @property
    def house_number(self) -> str:
        """The number with its repetition: « 12 BIS »."""
        return f"{self.number} {self.repetition}" if self.repetition else self.number

    @property
    def complement(self) -> str:
        """Lines 2 and 3 as one, in full."""
        return " ".join(filter(None, (self.complement_inside, self.complement_outside)))

    def __repr__(self) -> str:
        return (
            f"PostalAddress(level={self.level.value}, reason={self.reason}, score={self.score:.2f})"
        )
