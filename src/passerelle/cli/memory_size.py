"""Sizes of memory as people write them: 4GB, 800MB, 2GiB."""

from __future__ import annotations

import re

import click

from passerelle.kernel.language import _

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]i?)?B?", re.IGNORECASE)
_POWERS = "kmgt"


class MemorySize(click.ParamType[int]):
    """A size of memory, in bytes."""

    name = "size"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Read a size; what is none ends the command.

        >>> MemorySize().convert("1.5GB", None, None), MemorySize().convert("2 GiB", None, None)
        (1500000000, 2147483648)
        """
        if isinstance(value, int):
            return value
        told = _SIZE.fullmatch(value.strip())
        if told is None:
            self.fail(_("Give a size such as 4GB or 800MB."), param, ctx)
        unit = (told[2] or "").lower()
        base = 1024 if unit.endswith("i") else 1000
        return int(float(told[1]) * base ** (_POWERS.find(unit[:1]) + 1 if unit else 0))
