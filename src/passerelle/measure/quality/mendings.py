"""The ways of mending that the report counts, and the channels that each can open."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from passerelle.measure.quality.quality_report import CHANNELS

MENDINGS = MappingProxyType(
    {
        "email_domain": ("email",),
        "email_writing": ("email",),
        "email_elsewhere": ("email",),
        "phone_elsewhere": ("sms", "call"),
        "postcode_zero": ("post",),
        "postcode_filled": ("post",),
        "city_filled": ("post",),
        "city_spelling": (),
        "names_swapped": (),
        "encoding": (),
    }
)
"""Code of each way of mending a cell, in the order of the report, with the channels it can open."""


@dataclass(frozen=True)
class FlagNames:
    """Names of the columns that say, row by row, what a customer may be reached by.

    now: by channel, reached as the row stands. said: something is said that the channel needs.
    touched: by mending, it changes the row. opened: by mending and channel, it alone would make
    the row reached.
    """

    now: tuple[str, ...] = tuple(f"now {channel}" for channel in CHANNELS)
    said: tuple[str, ...] = tuple(f"said {channel}" for channel in CHANNELS)
    touched: tuple[str, ...] = tuple(f"touched {code}" for code in MENDINGS)
    opened: tuple[str, ...] = tuple(
        f"opened {code} {channel}" for code, channels in MENDINGS.items() for channel in channels
    )

    @property
    def all(self) -> tuple[str, ...]:
        """All of them."""
        return self.now + self.said + self.touched + self.opened


FLAGS = FlagNames()
"""The flags of a row."""
