"""Arrays that grow: room is doubled when it is used up, so that adding costs little on average."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


class Growing:
    """An array whose first dimension grows."""

    def __init__(self, start: npt.NDArray[Any]) -> None:
        """Begin with some rows."""
        self._room = start
        self.count = len(start)

    @property
    def rows(self) -> npt.NDArray[Any]:
        """What it holds, not a copy: writing changes it."""
        return self._room[: self.count]

    def extend(self, more: npt.NDArray[Any]) -> None:
        """Add rows at the end."""
        needed = self.count + len(more)
        if needed > len(self._room):
            enough = max(needed, 2 * self.count, 64)
            room = np.empty((enough, *self._room.shape[1:]), self._room.dtype)
            room[: self.count] = self.rows
            self._room = room
        self._room[self.count : needed] = more
        self.count = needed
