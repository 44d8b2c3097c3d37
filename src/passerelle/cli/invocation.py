"""What a command knows of how it was called."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from passerelle.settings import Settings, read_settings


@dataclass(frozen=True)
class Invocation:
    """One call of `passerelle`; commands receive it with `@click.pass_obj`."""

    home: Path | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def settings(self) -> Settings:
        """The settings of this call; `--home` wins over the environment.

        Raises:
            Misconfigured: A setting cannot be read; the message names it.
        """
        return read_settings(self.environment, home=self.home)
