"""An installation to run commands in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from passerelle.cli.main import main
from passerelle.store import Store

CUSTOMERS = """\
Id client;Prénom;Nom;Courriel;Tél. portable;Adresse;CP;Ville
1;Marie;Durand;famille.durand@exemple.fr;06 98 76 54 12;3 place Bellecour;69002;Lyon
2;Paul;Durand;famille.durand@exemple.fr;;3 pl. Bellecour;69002;Lyon
3;Zoé;Martin;zoe@exemple.fr;;12 rue de la Paix;75002;Paris
;;;;;;75002;Paris
"""
SHOP = """\
Id client;Prénom;Nom;Courriel
9;Marie;Durand;famille.durand@exemple.fr
10;Zoé;Martin;zoe@exemple.fr
"""
EVENT = {
    "type": "track",
    "event": "Email Link Clicked",
    "anonymousId": "5f0c6a1e-0000-4000-8000-000000000001",
    "messageId": "m1",
    "timestamp": "2026-02-27T10:00:00Z",
    "properties": {"email": "zoe@exemple.fr"},
}
TICKETS = """\
N° ticket;Magasin;Date;Courriel;Article;Quantité;Montant TTC
T-1;Lyon;14/02/2026;zoe@exemple.fr;Pull;1;49,90
T-1;Lyon;14/02/2026;zoe@exemple.fr;Bonnet;2;1 024,00
"""


@dataclass(frozen=True)
class Shell:
    """Runs `passerelle …` in one installation."""

    home: Path
    folder: Path

    def run(self, *words: str, language: str = "en", status: int = 0) -> str:
        """What the command prints as its result."""
        done = self.invoke(*words, language=language)
        assert done.exit_code == status, done.output
        return done.stdout

    def json(self, *words: str, language: str = "en") -> Any:
        return json.loads(self.run(*words, "--json", language=language))

    def complaint(self, *words: str, language: str = "en") -> str:
        """What the command says when what it was given is wrong."""
        done = self.invoke(*words, language=language)
        assert done.exit_code == 2, done.output
        return done.stderr

    def invoke(self, *words: str, language: str) -> Result:
        environment = {"PASSERELLE_HOME": str(self.home), "LANG": "C", "PASSERELLE_LANGUAGE": ""}
        return CliRunner().invoke(main, ["--language", language, *words], env=environment)

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)


@pytest.fixture
def shell(home: Path, sqlite_store: Store, tmp_path: Path) -> Shell:
    """An installation with nothing in it."""
    return Shell(home, tmp_path)


@pytest.fixture
def shop(shell: Shell) -> Shell:
    """An installation with three people, of whom two share a mailbox, and what one bought."""
    shell.run("records", "import", shell.file("clients.csv", CUSTOMERS), "--source", "crm")
    shell.run("records", "import", shell.file("shop.csv", SHOP), "--source", "shop", "--kind", "webshop")  # fmt: skip
    shell.run("events", "import", shell.file("events.jsonl", json.dumps(EVENT) + "\n"))
    shell.run("receipts", "import", shell.file("tickets.csv", TICKETS))
    shell.run("profiles", "resolve")
    return shell
