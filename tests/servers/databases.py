"""Databases of the tests on one PostgreSQL server: a template with tables, a copy for each test."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

_MIGRATE = "import sys; from passerelle.store import open_store; open_store(sys.argv[1])"


@dataclass(frozen=True)
class Databases:
    """Makes and drops databases on a server; `session` keeps two test runs apart."""

    server_url: str
    session: str
    folder: Path

    @property
    def template(self) -> str:
        """Name of the database that others are copied from."""
        return f"passerelle_template_{self.session}"

    def create(self, name: str, *, is_migrated: bool) -> str:
        """A new database, empty or with the tables of this version; answers its URL."""
        if is_migrated:
            self._make_template()
        template = sql.SQL(" template {}").format(sql.Identifier(self.template))
        self._run(
            sql.SQL("create database {}").format(sql.Identifier(name))
            + (template if is_migrated else sql.SQL(""))
        )
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, cutting off whoever still uses it."""
        self._run(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def url(self, name: str) -> str:
        """The URL of a database of the server."""
        return urlunsplit(urlsplit(self.server_url)._replace(path=f"/{name}"))

    def _make_template(self) -> None:
        done = self.folder / f"{self.template}.done"
        with (self.folder / f"{self.template}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if done.exists():
                return
            self.drop(self.template)  # left half-made by one who failed
            self.create(self.template, is_migrated=False)
            # In a process of its own: nobody may be connected to a template while it is copied.
            url = self.url(self.template)
            subprocess.run([sys.executable, "-c", _MIGRATE, url], check=True)
            done.touch()

    def _run(self, statement: sql.Composable) -> None:
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(statement)
