"""What a command knows of how it was called."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from passerelle.settings import Settings, read_settings


@dataclass(frozen=True)
class Invocation:
    """One call of `passerelle`; commands receive it with `@click.pass_obj`.

    on_behalf_of: Who reads, where a program calls; `purpose`: what for, in a person's words.
    """

    home: Path | None = None
    on_behalf_of: str = ""
    purpose: str = ""
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    @property
    def actor(self) -> str:
        """Who calls, for the audit log: the account of the machine, which no variable changes."""
        try:
            account = pwd.getpwuid(os.getuid()).pw_name
        except KeyError:  # a container's user without a name
            account = str(os.getuid())
        return f"{account} as {self.on_behalf_of}" if self.on_behalf_of else account

    def settings(self) -> Settings:
        """The settings of this call; `--home` wins over the environment.

        Raises:
            Misconfigured: A setting cannot be read; the message names it.
        """
        return read_settings(self.environment, home=self.home)
