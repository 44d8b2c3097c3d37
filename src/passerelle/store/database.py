"""Open the database of the settings, with its tables as this version wants them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django
import pyarrow as pa
from django.conf import settings as django_settings

from passerelle.kernel import Misconfigured, Retryable
from passerelle.kernel.language import _
from passerelle.store.bulk import BulkSession, Value

APPS = ("passerelle.collect", "passerelle.identify")
"""Stages that own tables: each is a Django app with models and migrations inside."""


@dataclass(frozen=True)
class Store:
    """An open database with up-to-date tables."""

    url: str

    @property
    def is_sqlite(self) -> bool:
        """Whether it is the embedded default."""
        return self.url.startswith("sqlite:")

    def bulk(self) -> BulkSession:
        """A transaction that moves Arrow tables in and out at the speed of the database.

        Only one runs at a time over all processes; a second one waits for the first.
        """
        return BulkSession(self.url)

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[dict[str, Any]]:
        """The rows of a select, for a few of them; `?` takes its value from `parameters`.

        Waits for no writer: it sees what was last committed.
        """
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(sql.replace("?", "%s"), list(parameters))
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def arrow(self, sql: str) -> pa.Table:
        """The rows of a select as an Arrow table, for many of them; waits for no writer."""
        return BulkSession(self.url).read(sql)


def open_store(url: str) -> Store:
    """The store at a URL; missing tables are made, old ones brought up to date.

    Raises:
        Misconfigured: The database cannot be reached or its driver is not installed.
    """
    _point_django_at(url)
    _migrate(url)
    return Store(url)


def _point_django_at(url: str) -> None:
    configuration = _django_database(url)
    if not django_settings.configured:
        django_settings.configure(
            DATABASES={"default": configuration},
            INSTALLED_APPS=list(APPS),
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            USE_TZ=True,
            TIME_ZONE="UTC",
        )
        django.setup()
        return
    from django.db import connections

    if connections.settings["default"]["NAME"] != configuration["NAME"] or any(
        connections.settings["default"].get(k) != v for k, v in configuration.items()
    ):
        connections["default"].close()
        del connections["default"]
        connections.settings["default"] = {**connections.settings["default"], **configuration}


def _django_database(url: str) -> dict[str, object]:
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///")).absolute()
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(path),
            "OPTIONS": {
                "timeout": 60,
                "transaction_mode": "IMMEDIATE",
                "init_command": "pragma journal_mode=wal; pragma synchronous=normal;",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }


def _migrate(url: str) -> None:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            with BulkSession(url).locked():  # two first starts at once: one makes the tables
                call_command("migrate", verbosity=0, interactive=False)
    except ImproperlyConfigured:
        raise Misconfigured(
            _("PASSERELLE_DATABASE_URL names PostgreSQL but its driver is not installed."),
            hint=_("Install it with: pip install 'passerelle[postgres]'"),
        ) from None
    except OperationalError as error:
        raise _unreachable(error) from None


def _unreachable(error: Exception) -> Exception:
    from datetime import timedelta

    text = str(error).lower()
    if "disk is full" in text:
        return Retryable(
            _("The disk of the store is full; nothing was changed."),
            after=timedelta(minutes=1),
            hint=_("Free some space, then run the same command again."),
        )
    return Misconfigured(
        _("The database of the store cannot be opened."),
        hint=_("Check PASSERELLE_DATABASE_URL and PASSERELLE_HOME, then run: passerelle doctor"),
    )
