"""Opens the reference tables of addresses for a command."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from passerelle.cli.invocation import Invocation

if TYPE_CHECKING:
    from passerelle.postal import Gazetteer


def open_gazetteer(invocation: Invocation) -> Gazetteer:
    """The packaged tables, with those that were loaded into the installation."""
    from passerelle.postal import load_gazetteer

    gazetteer = load_gazetteer(invocation.settings().home / "reference")
    gc.freeze()  # its tables live as long as the command: looking through them frees nothing
    return gazetteer
