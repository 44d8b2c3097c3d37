"""Run `passerelle` as a person does, and look at what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from passerelle.cli.main import main

PROJECT = Path(__file__).parent.parent.parent
PROGRAM = (sys.executable, "-c", "from passerelle.cli.main import main; main()")


@dataclass(frozen=True)
class Told:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output, asked for with --json."""
        return json.loads(self.out)


def passerelle(home: Path, *arguments: object, typed: str = "") -> Told:
    """Run a command in this process; `typed` is what the person answers to its questions."""
    given = [str(each) for each in arguments]
    done = CliRunner().invoke(
        main, given, input=typed, env=environment(home), prog_name="passerelle"
    )
    return Told(done.exit_code, done.stdout, done.stderr)


def start_passerelle(home: Path, *arguments: object) -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    return subprocess.Popen(
        [*PROGRAM, *(str(each) for each in arguments)],
        cwd=PROJECT,
        env={**os.environ, **environment(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def environment(home: Path) -> dict[str, str]:
    """The settings of a home, whatever those of the machine are."""
    return {
        "PASSERELLE_HOME": str(home),
        "PASSERELLE_LANGUAGE": "en",
        "PASSERELLE_DATABASE_URL": "",
        "PASSERELLE_LAKE_URL": "",
        "PASSERELLE_ENGINE_URL": "",
        "PASSERELLE_DEBUG": "",
        "PASSERELLE_SECRET_KEY": "a secret of the tests, 32 bytes.",
    }
